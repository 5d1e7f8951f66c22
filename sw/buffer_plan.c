#include "sw/buffer_plan.h"

#include "sw/input_hull.h"

/* The first piece of a dimension is the largest: the nest stands there. */
static uint32_t first_extent(const struct nest* nest, uint32_t tensor, uint32_t dim) {
  return nest_range(nest, tensor, dim)->tile;
}

/* The longest hull of any piece of output lines with any piece of filter lines. Short pieces and clipping
   make it smaller than that of two full tiles; where neither does, the search ends early. */
static uint32_t input_extent(const struct nest* nest, const struct input_axis* input, uint32_t axis) {
  const uint32_t level = nest->level[HWC_INPUT];
  const uint32_t outputs = nest->entry[HWC_OY + axis].tile;
  const uint32_t filter = nest->entry[HWC_FY + axis].tile;
  const uint64_t unclipped = (uint64_t)(first_extent(nest, HWC_INPUT, HWC_OY + axis) - 1) * input->stride +
                             (uint64_t)(first_extent(nest, HWC_INPUT, HWC_FY + axis) - 1) * input->dilation +
                             1;
  const uint32_t existing = input->end - input->first;
  const uint32_t bound = unclipped < existing ? (uint32_t)unclipped : existing;

  uint32_t largest = 0;
  uint32_t out_start;
  uint32_t out_end;
  uint32_t filter_start;
  uint32_t filter_end;
  for (uint32_t f = 0; f < filter; f = filter_end) {
    nest_piece_at(nest, level, HWC_FY + axis, f, &filter_start, &filter_end);
    for (uint32_t o = 0; o < outputs; o = out_end) {
      nest_piece_at(nest, level, HWC_OY + axis, o, &out_start, &out_end);
      const uint32_t count = input_hull(input, out_start, out_end, filter_start, filter_end).count;
      if (count > largest) largest = count;
      if (largest == bound) return largest;
    }
  }
  return largest;
}

static uint64_t saturating_product(uint64_t a, uint64_t b) {
  uint64_t product;
  return __builtin_mul_overflow(a, b, &product) ? UINT64_MAX : product;
}

void buffer_plan(const struct hwc_job* job, const struct layer_geometry* geometry, const struct nest* nest,
                 struct buffer_plan* plan) {
  static const uint8_t dims[HWC_TENSORS][TENSOR_AXES] = {{HWC_B, HWC_G, HWC_C, HWC_OY, HWC_OX},
                                                         {HWC_G, HWC_K, HWC_C, HWC_FY, HWC_FX},
                                                         {HWC_B, HWC_G, HWC_K, HWC_OY, HWC_OX}};

  plan->bytes = 0;
  for (uint32_t tensor = 0; tensor < HWC_TENSORS; tensor++) {
    uint64_t bytes = (uint64_t)geometry->element_bytes[tensor] << job->double_buffer[tensor];
    bool empty = false; /* seen apart: products saturate */
    for (uint32_t axis = 0; axis < TENSOR_AXES; axis++) {
      const uint32_t extent = tensor == HWC_INPUT && axis >= 3
                                  ? input_extent(nest, &geometry->input_axis[axis - 3], axis - 3)
                                  : first_extent(nest, tensor, dims[tensor][axis]);
      plan->extent[tensor][axis] = extent;
      if (extent == 0) empty = true;
      bytes = saturating_product(bytes, extent);
    }
    if (empty) bytes = 0;
    if (__builtin_add_overflow(plan->bytes, bytes, &plan->bytes)) plan->bytes = UINT64_MAX;
  }
}
