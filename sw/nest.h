/*
 * The loop nest as an odometer. Its entries are eight roots, one for each dimension and holding its whole
 * extent, and after them the loops, outermost first; a loop that cuts nothing is left out. Each entry knows
 * the entry whose piece it cuts, so that moving one loop costs a few instructions.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "sw/compiler.h"
#include "sw/job.h"

#define NEST_ROOTS ((uint32_t)HWC_DIMS)
#define NEST_MAX_ENTRIES (HWC_DIMS + HWC_JOB_MAX_LOOPS)
#define NEST_LEAF HWC_TENSORS /* the place of the leaf where there is one thing for each tensor */
#define NEST_PLACES (HWC_TENSORS + 1)

struct nest_entry {
  uint32_t tile;
  uint32_t start; /* first index of the present piece */
  uint32_t limit; /* one past the last index that the loop visits: where the piece of its parent ends */
  uint8_t parent;
  uint8_t dim;
};

struct nest {
  struct nest_entry entry[NEST_MAX_ENTRIES];
  uint32_t level[NEST_PLACES];              /* entries outside each tensor's buffer; outside the leaf: all */
  uint8_t innermost[NEST_PLACES][HWC_DIMS]; /* the last of these entries that cuts a dimension */
};

/* Puts the nest of a legal schedule at its first position. */
void nest_start(struct nest* nest, const struct hwc_job* job, const uint32_t extent[HWC_DIMS]);

/* The piece that holds index `at` when the entries of its dimension before `level` cut the whole extent:
 * [*start, *end). */
void nest_piece_at(const struct nest* nest, uint32_t level, uint32_t dim, uint32_t at, uint32_t* start,
                   uint32_t* end);

FW_INLINE uint32_t nest_end(const struct nest_entry* entry) {
  const uint32_t end = entry->start + entry->tile; /* both below 2^31 */
  return end < entry->limit ? end : entry->limit;
}

/* The present piece of `dim` at a tensor's level or at the leaf. */
FW_INLINE const struct nest_entry* nest_range(const struct nest* nest, uint32_t place, uint32_t dim) {
  return &nest->entry[nest->innermost[place][dim]];
}

/* Whether the piece of `dim` at a tensor's level or at the leaf moved, or may have, when the outermost entry
   to move was `moved`. */
FW_INLINE bool nest_range_moved(const struct nest* nest, uint32_t place, uint32_t dim, uint32_t moved) {
  return nest->innermost[place][dim] >= moved;
}

/* Moves to the next position and returns the outermost entry that moved, or 0 after the last position. */
FW_INLINE uint32_t nest_advance(struct nest* nest) {
  const uint32_t entries = nest->level[NEST_LEAF];
  uint32_t moved = entries - 1;
  for (;; moved--) {
    if (moved < NEST_ROOTS) return 0;
    const struct nest_entry* entry = &nest->entry[moved];
    if (entry->limit - entry->start > entry->tile) break;
  }
  nest->entry[moved].start += nest->entry[moved].tile;
  for (uint32_t i = moved + 1; i < entries; i++) {
    struct nest_entry* entry = &nest->entry[i];
    const struct nest_entry* parent = &nest->entry[entry->parent];
    const uint32_t limit = nest_end(parent);
    entry->start = parent->start;
    if (entry->limit != limit) entry->limit = limit; /* stores are dear, and most limits stay */
  }
  return moved;
}
