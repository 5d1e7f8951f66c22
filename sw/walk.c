#include "sw/walk.h"

#include "sw/hwc_commands.h"
#include "sw/input_buffer.h"
#include "sw/operation.h"
#include "sw/output_buffer.h"
#include "sw/weight_buffer.h"

/* The tile of the next compute or vector command, as the TILE registers have it. */
struct tile {
  uint32_t count[HWC_DIMS];
};

FW_INLINE void stage_first_tile(const struct hwc_device* device, const struct nest* nest, struct tile* tile) {
  for (uint32_t dim = 0; dim < HWC_DIMS; dim++) {
    const struct nest_entry* range = nest_range(nest, NEST_LEAF, dim);
    tile->count[dim] = nest_end(range); /* all start at 0 */
    hwc_write(device, HWC_TILE_COUNT + 4 * dim, tile->count[dim]);
  }
}

/* Writes what moved. Most loops that moved start at another place; counts change only at the ends of
 * dimensions. */
FW_INLINE void stage_moved_tile(const struct hwc_device* device, const struct nest* nest, uint32_t moved,
                                struct tile* tile) {
  for (uint32_t i = moved; i < nest->level[NEST_LEAF]; i++) {
    const struct nest_entry* entry = &nest->entry[i];
    const uint32_t dim = entry->dim;
    if (nest->innermost[NEST_LEAF][dim] != i) continue;
    const uint32_t count = nest_end(entry) - entry->start;
    hwc_write(device, HWC_TILE_START + 4 * dim, entry->start);
    if (tile->count[dim] == count) continue;
    hwc_write(device, HWC_TILE_COUNT + 4 * dim, count);
    tile->count[dim] = count;
  }
}

/* Whether the leaf's outputs are computed on for the first time. */
FW_INLINE bool first_of_its_outputs(const struct nest* nest) {
  return (nest_range(nest, NEST_LEAF, HWC_C)->start | nest_range(nest, NEST_LEAF, HWC_FY)->start |
          nest_range(nest, NEST_LEAF, HWC_FX)->start) == 0;
}

/* Issues the leaf's command, with the waits that are staged. */
FW_INLINE bool make_outputs(struct hwc_commands* commands, const struct nest* nest,
                            const struct input_buffer* input, const struct weight_buffer* weight,
                            const struct output_buffer* output) {
  const uint32_t opcode = commands->worker == HWC_VECTOR_ENGINE ? HWC_OPCODE_VECTOR : HWC_OPCODE_COMPUTE;
  return hwc_push(commands, commands->worker,
                  opcode | input->slots.command_bit | weight->slots.command_bit | output->slots.command_bit |
                      (first_of_its_outputs(nest) ? HWC_PUSH_INIT_MASK : 0));
}

/* The walk for either worker, which is known where this is compiled. */
FW_INLINE bool walk(const struct hwc_device* device, const struct hwc_job* job,
                    const struct layer_geometry* geometry, struct nest* nest, enum hwc_engine worker,
                    struct hwc_status* status) {
  const bool convolution = worker == HWC_COMPUTE_ENGINE;
  const bool has_weights = convolution || job_has_weights(job);
  const struct box zero = {{0, 0, 0, 0, 0}};
  struct hwc_commands commands = hwc_commands_after_reset(device, worker, &zero);
  struct input_buffer input = {slots_after_reset(job->double_buffer[HWC_INPUT], HWC_PUSH_INPUT_SLOT_MASK),
                               job->input_sliding != 0, zero, zero, zero};
  struct weight_buffer weight = {slots_after_reset(job->double_buffer[HWC_WEIGHT], HWC_PUSH_WEIGHT_SLOT_MASK),
                                 zero};
  struct output_buffer output = {slots_after_reset(job->double_buffer[HWC_OUTPUT], HWC_PUSH_OUTPUT_SLOT_MASK),
                                 zero, false};
  struct tile tile;

  stage_first_tile(device, nest, &tile);
  bool working =
      (!convolution && !job_has_params(job)) || hwc_push(&commands, HWC_LOAD_ENGINE, HWC_OPCODE_LOAD_PARAMS);
  uint32_t loads_awaited = 0; /* what stands in WAIT_LOAD */
  uint32_t moved = 0;         /* at the start everything is new */
  bool output_changed = true;
  while (working) {
    working = input_update(&input, &commands, nest, geometry, moved) &&
              (!has_weights || weight_update(&weight, &commands, nest, moved)) &&
              output_enter(&output, &commands, nest, moved, output_changed);
    if (!working) break;
    /* Loads issued by now are those that this leaf or an earlier one needs, so waiting for all of them is
     * exact. */
    if (loads_awaited != commands.issued[HWC_LOAD_ENGINE]) {
      loads_awaited = commands.issued[HWC_LOAD_ENGINE];
      hwc_stage_wait(&commands, HWC_LOAD_ENGINE, loads_awaited);
    }
    working = make_outputs(&commands, nest, &input, &weight, &output);
    if (!working) break;
    output_settled(&commands, output_changed);

    moved = nest_advance(nest);
    if (moved == 0) {
      working = output_store(&output, &commands);
      break;
    }
    stage_moved_tile(device, nest, moved, &tile);
    working = output_leave(&output, &commands, nest, moved, &output_changed);
  }
  status->load_commands = commands.issued[HWC_LOAD_ENGINE];
  status->compute_commands = commands.issued[HWC_COMPUTE_ENGINE];
  status->store_commands = commands.issued[HWC_STORE_ENGINE];
  if (!convolution) status->vector_commands = commands.issued[HWC_VECTOR_ENGINE];
  return working;
}

static __attribute__((noinline)) bool walk_convolution(const struct hwc_device* device,
                                                       const struct hwc_job* job,
                                                       const struct layer_geometry* geometry,
                                                       struct nest* nest, struct hwc_status* status) {
  return walk(device, job, geometry, nest, HWC_COMPUTE_ENGINE, status);
}

static __attribute__((noinline)) bool walk_vector(const struct hwc_device* device, const struct hwc_job* job,
                                                  const struct layer_geometry* geometry, struct nest* nest,
                                                  struct hwc_status* status) {
  return walk(device, job, geometry, nest, HWC_VECTOR_ENGINE, status);
}

bool walk_nest(const struct hwc_device* device, const struct hwc_job* job,
               const struct layer_geometry* geometry, struct nest* nest, struct hwc_status* status) {
  return job_is_convolution(job) ? walk_convolution(device, job, geometry, nest, status)
                                 : walk_vector(device, job, geometry, nest, status);
}
