#include "sw/hwce_run.h"

#include <stdbool.h>

#include "sw/hwce_device.h"
#include "sw/hwce_job.h"
#include "sw/hwce_job_check.h"
#include "sw/job_read.h"
#include "sw/outcome.h"

_Static_assert(sizeof(struct hwce_job) == 120,
               "the job descriptor has the same layout everywhere, without padding");

union job_words {
  struct hwce_job job;
  uint32_t word[sizeof(struct hwce_job) / sizeof(uint32_t)];
};

/* A block of output maps: where its results go, and how far its jobs have come. */
struct block {
  uint32_t config;      /* JOB_CONFIG, without Y_IN_CONSTANT */
  uint64_t input;       /* first plane of the batch and group */
  uint64_t output;      /* first map */
  uint32_t passes_left; /* jobs that still add to these maps */
  bool first;           /* no job has been started */
};

static uint32_t filter_bytes(const struct hwce_job* job) { return (job->filter * job->filter + 1) / 2 * 4; }

static uint32_t config_of(const struct hwce_job* job, uint32_t maps) {
  const uint32_t mode = job->maps == 1   ? HWCE_MODE_1_MAP
                        : job->maps == 2 ? HWCE_MODE_2_MAPS
                                         : HWCE_MODE_4_MAPS;
  return (job->filter == 5 ? HWCE_JOB_CONFIG_FILTER_5X5_MASK : 0) | mode << HWCE_JOB_CONFIG_MODE_LSB |
         maps << HWCE_JOB_CONFIG_MAPS_LSB | job->shift << HWCE_JOB_CONFIG_SHIFT_LSB;
}

/* What all jobs of the layer have in common. */
static void configure(const struct hwce_device* device, const struct hwce_job* job) {
  hwce_write(device, HWCE_CONTROL, HWCE_CONTROL_RESET_MASK);
  hwce_write(device, HWCE_OUT_WIDTH, job->out_width);
  hwce_write(device, HWCE_OUT_HEIGHT, job->out_height);
  hwce_write(device, HWCE_X_STRIDE, job->x_stride);
  hwce_write(device, HWCE_Y_STRIDE, job->y_stride);
  hwce_write(device, HWCE_Y_MAP_STRIDE, job->y_map);
  hwce_write_address(device, HWCE_Y_IN_BASE_LO, job->psum);
}

/* Starts the next job of a block, once a context is free. False after an error. */
static bool start_job(const struct hwce_device* device, const struct hwce_job* job, struct block* block,
                      uint64_t x, uint64_t weight) {
  if (block->first) {
    hwce_write(device, HWCE_JOB_CONFIG, block->config | HWCE_JOB_CONFIG_Y_IN_CONSTANT_MASK);
    hwce_write_address(device, HWCE_Y_OUT_BASE_LO, job->psum);
  }
  if (--block->passes_left == 0) hwce_write_address(device, HWCE_Y_OUT_BASE_LO, block->output);
  hwce_write_address(device, HWCE_X_BASE_LO, x);
  hwce_write_address(device, HWCE_W_BASE_LO, weight);
  if (hwce_sleep(device, HWCE_STATUS_CONTEXT_FREE_MASK) & HWCE_STATUS_ERROR_MASK) return false;
  hwce_write(device, HWCE_START, HWCE_START_START_MASK);
  if (block->first) hwce_write(device, HWCE_JOB_CONFIG, block->config);
  block->first = false;
  return true;
}

/* All jobs of a block: every piece of every plane, one filter after the other. */
static bool run_block(const struct hwce_device* device, const struct hwce_job* job, struct block* block,
                      uint64_t* weight, uint32_t* jobs) {
  for (uint32_t plane = 0; plane < job->planes; plane++) {
    const uint64_t x_plane = block->input + (uint64_t)plane * job->x_plane;
    for (uint32_t row = 0; row < job->pieces[0]; row++) {
      const uint64_t x_line = x_plane + (uint64_t)row * job->filter * job->x_stride;
      for (uint32_t column = 0; column < job->pieces[1]; column++) {
        if (!start_job(device, job, block, x_line + (uint64_t)column * job->filter * 2, *weight))
          return false;
        *weight += filter_bytes(job);
        ++*jobs;
      }
    }
  }
  return true;
}

/* All blocks of one group of one image. */
static bool run_group(const struct hwce_device* device, const struct hwce_job* job, uint32_t group,
                      uint64_t input, uint64_t output, uint64_t* weight, uint32_t* jobs) {
  for (uint32_t map = 0; map < job->out_channels; map += job->maps) {
    const uint32_t left = job->out_channels - map;
    const uint32_t maps = left < job->maps ? left : job->maps;
    struct block block = {config_of(job, maps), input, output + (uint64_t)map * job->y_map,
                          job->planes * job->pieces[0] * job->pieces[1], true};
    const uint64_t constant = job->constant + 4 * ((uint64_t)group * job->out_channels + map);
    for (uint32_t i = 0; i < maps; i++) {
      hwce_write(device, HWCE_Y_CONSTANT + i * HWCE_Y_CONSTANT_PITCH,
                 hal_read32(device->hal, constant + 4 * i) & HWCE_Y_CONSTANT_VALUE_MASK);
    }
    if (!run_block(device, job, &block, weight, jobs)) return false;
  }
  return true;
}

static bool run_layer(const struct hwce_device* device, const struct hwce_job* job, uint32_t* jobs) {
  uint64_t input = job->input;
  uint64_t output = job->output;
  for (uint32_t image = 0; image < job->batch; image++) {
    uint64_t weight = job->weight;
    for (uint32_t group = 0; group < job->group; group++) {
      if (!run_group(device, job, group, input, output, &weight, jobs)) return false;
      input += (uint64_t)job->planes * job->x_plane;
      output += (uint64_t)job->out_channels * job->y_map;
    }
  }
  return true;
}

static struct outcome run(const struct hal* hal, const struct hwce_job* job, struct hwc_status* status) {
  const struct hwce_device device = {hal, job->hwce, &status->sleeps};
  const uint32_t id = hwce_read(&device, HWCE_ID);
  if (id != HWCE_ID_RESET) return outcome_failed(HWC_JOB_HWC_MISSING, id, 0);

  configure(&device, job);
  hwce_write(&device, HWCE_IRQ_ENABLE, HWCE_STATUS_CONTEXT_FREE_MASK | HWCE_STATUS_ERROR_MASK);
  if (run_layer(&device, job, &status->compute_commands)) {
    hwce_write(&device, HWCE_IRQ_ENABLE, HWCE_STATUS_IDLE_MASK | HWCE_STATUS_ERROR_MASK);
    hwce_sleep(&device, HWCE_STATUS_IDLE_MASK);
  }
  hwce_write(&device, HWCE_IRQ_ENABLE,
             0); /* its line would keep the processor from sleeping until the next job */
  const uint32_t error = hwce_read(&device, HWCE_ERROR);
  if (error != HWCE_ERROR_NONE) {
    return outcome_failed(HWC_JOB_HWCE_ERROR, error, hwce_read(&device, HWCE_ERROR_INFO));
  }
  return outcome_done();
}

void hwce_run_job(const struct hal* hal, uint64_t job_address, struct hwc_status* status) {
  const struct hwc_status fresh = {HWC_STATUS_MAGIC, HWC_JOB_DONE, {0, 0}, 0, 0, 0, 0, 0};
  *status = fresh;

  union job_words words;
  struct outcome outcome =
      descriptor_read(hal, job_address, HWCE_JOB_MAGIC, words.word, sizeof words.word / sizeof words.word[0],
                      sizeof words.word / sizeof words.word[0]);
  if (outcome.result == HWC_JOB_DONE) outcome = hwce_job_check(&words.job);
  if (outcome.result == HWC_JOB_DONE) outcome = run(hal, &words.job, status);
  status->result = outcome.result;
  status->detail[0] = outcome.detail[0];
  status->detail[1] = outcome.detail[1];
}
