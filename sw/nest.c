#include "sw/nest.h"

void nest_start(struct nest* nest, const struct hwc_job* job, const uint32_t extent[HWC_DIMS]) {
  uint8_t innermost[HWC_DIMS];
  uint32_t entries = 0;
  for (; entries < NEST_ROOTS; entries++) {
    const struct nest_entry root = {extent[entries], 0, extent[entries], (uint8_t)entries, (uint8_t)entries};
    nest->entry[entries] = root;
    innermost[entries] = (uint8_t)entries;
  }
  for (uint32_t i = 0;; i++) {
    for (uint32_t place = 0; place < NEST_PLACES; place++) {
      const uint32_t level = place == NEST_LEAF ? job->loop_count : job->buffer_level[place];
      if (level != i) continue;
      nest->level[place] = entries;
      for (uint32_t dim = 0; dim < HWC_DIMS; dim++) nest->innermost[place][dim] = innermost[dim];
    }
    if (i == job->loop_count) return;

    const uint32_t dim = job->loops[i].dim;
    const uint32_t tile = job->loops[i].tile;
    const uint8_t parent = innermost[dim];
    if (tile == nest->entry[parent].tile) continue;
    const struct nest_entry loop = {tile, 0, nest->entry[parent].tile, parent, (uint8_t)dim};
    nest->entry[entries] = loop;
    innermost[dim] = (uint8_t)entries++;
  }
}

void nest_piece_at(const struct nest* nest, uint32_t level, uint32_t dim, uint32_t at, uint32_t* start,
                   uint32_t* end) {
  uint32_t first = 0;
  uint32_t limit = nest->entry[dim].tile;
  for (uint32_t i = NEST_ROOTS; i < level; i++) {
    const struct nest_entry* loop = &nest->entry[i];
    if (loop->dim != dim) continue;
    first = at - (at - first) % loop->tile;
    if (limit - first > loop->tile) limit = first + loop->tile;
  }
  *start = first;
  *end = limit;
}
