/*
 * The descriptor of a layer for the HWCE: what the host puts into memory for the firmware. Little-endian,
 * naturally aligned, the same on the host and on the control processor. The status block is the one of job.h.
 * See docs/hwce.md.
 */
#pragma once

#include <stdint.h>

#define HWCE_JOB_MAGIC 0x314a4548u /* "HEJ1" */

struct hwce_job {
  uint32_t magic;
  uint32_t size_bytes; /* sizeof(struct hwce_job) */
  uint32_t crc32;      /* CRC-32 (IEEE 802.3, as zlib) of all bytes after this field */

  uint32_t batch;
  uint32_t group;
  uint32_t planes;       /* input planes of a group */
  uint32_t out_channels; /* output maps of a group */
  uint32_t maps;         /* output maps at once: 1, 2 or 4, with weights of 16, 8 or 4 bits */
  uint32_t filter;       /* side: 3 or 5 */
  uint32_t pieces[2];    /* filters side by side over each plane: rows, columns */
  uint32_t shift;        /* of the sums, 0 to 31 */
  uint32_t out_height;   /* pixels, 1 to 65535 */
  uint32_t out_width;
  uint32_t x_stride; /* bytes between lines of an input plane, a multiple of 4 */
  uint32_t x_plane;  /* bytes between input planes, a multiple of 4 */
  uint32_t y_stride; /* bytes between lines of an output map, a multiple of 4 */
  uint32_t y_map;    /* bytes between output maps, a multiple of 4 */

  /* Addresses, multiples of 4. */
  uint64_t hwce;     /* the accelerator's registers */
  uint64_t input;    /* planes by batch and group */
  uint64_t weight;   /* filters by group, block of maps, plane, piece (rows before columns) */
  uint64_t output;   /* maps by batch and group */
  uint64_t psum;     /* `maps` maps, for partial sums */
  uint64_t constant; /* 32-bit words by group and output map: what y_in is in the first job */
};
