#include "sw/buffer_plan.h"
#include "sw/firmware.h"
#include "sw/hwc_configure.h"
#include "sw/hwc_device.h"
#include "sw/job_check.h"
#include "sw/job_read.h"
#include "sw/layer_geometry.h"
#include "sw/nest.h"
#include "sw/operation.h"
#include "sw/outcome.h"
#include "sw/stack_job.h"
#include "sw/stack_run.h"
#include "sw/walk.h"

/* Reads and checks everything that can be known without the HWC. */
static struct outcome prepare(const struct hal* hal, uint64_t job_address, struct hwc_job* job,
                              struct layer_geometry* geometry, struct nest* nest) {
  struct outcome outcome = job_read(hal, job_address, job);
  if (outcome.result == HWC_JOB_DONE) outcome = job_check_layer(job);
  if (outcome.result == HWC_JOB_DONE) outcome = layer_geometry(job, geometry);
  if (outcome.result == HWC_JOB_DONE) outcome = job_check_schedule(job, geometry->extent);
  if (outcome.result == HWC_JOB_DONE) nest_start(nest, job, geometry->extent);
  return outcome;
}

static struct outcome check_capabilities(const struct hwc_device* device, const struct hwc_job* job,
                                         const struct buffer_plan* plan) {
  const uint32_t channels = hwc_read(device, HWC_MAX_CHANNELS);
  if (job_is_convolution(job) && job->out_channels > channels) {
    return outcome_failed(HWC_JOB_TOO_MANY_CHANNELS, job->out_channels, channels);
  }
  const uint32_t bytes = hwc_read(device, HWC_BUFFER_BYTES);
  if (plan->bytes > bytes) {
    const uint32_t needed = plan->bytes > UINT32_MAX ? UINT32_MAX : (uint32_t)plan->bytes;
    return outcome_failed(HWC_JOB_DOES_NOT_FIT, needed, bytes);
  }
  return outcome_done();
}

static struct outcome run(const struct hwc_device* device, const struct hwc_job* job,
                          const struct layer_geometry* geometry, struct nest* nest,
                          struct hwc_status* status) {
  const bool issued = walk_nest(device, job, geometry, nest, status);
  const uint32_t state = issued ? hwc_sleep_until(device, HWC_STATUS_IDLE_MASK) : HWC_STATUS_ERROR_MASK;
  hwc_write(device, HWC_IRQ_ENABLE,
            0); /* its line would keep the processor from sleeping until the next job */
  if (state & HWC_STATUS_ERROR_MASK) {
    return outcome_failed(HWC_JOB_HWC_ERROR, hwc_read(device, HWC_ERROR), hwc_read(device, HWC_ERROR_INFO));
  }
  return outcome_done();
}

static struct outcome run_on_hwc(const struct console* console, const struct hwc_job* job,
                                 const struct layer_geometry* geometry, struct nest* nest,
                                 struct hwc_status* status) {
  struct hwc_device device = {console->hal, job->hwc, 0, &status->sleeps};
  const uint32_t id = hwc_read(&device, HWC_ID);
  if (id != HWC_ID_RESET) return outcome_failed(HWC_JOB_HWC_MISSING, id, 0);
  device.fifo_depth = hwc_read(&device, HWC_FIFO_DEPTH);

  struct buffer_plan plan;
  buffer_plan(job, geometry, nest, &plan);
  const struct outcome outcome = check_capabilities(&device, job, &plan);
  if (outcome.result != HWC_JOB_DONE) return outcome;
  console_log(console, LOG_DEBUG, "HWC: command FIFOs of %u entries; the buffers take %u bytes",
              device.fifo_depth, (uint32_t)plan.bytes);
  hwc_configure(&device, job, geometry, &plan);
  return run(&device, job, geometry, nest, status);
}

static void log_job(const struct console* console, const struct hwc_job* job,
                    const struct layer_geometry* geometry) {
  static const char* const operations[HWC_OPERATIONS] = {"layer",    "max",      "average", "sum", "add",
                                                         "subtract", "multiply", "table",   "copy"};
  const uint32_t* extent = geometry->extent;
  console_log(console, LOG_INFO,
              "%s %u x %u x %u to %u x %u x %u, batch %u, kernel %u x %u, %u groups, %u loops",
              operations[job->operation], job->in_channels, job->in_height, job->in_width, job->out_channels,
              extent[HWC_OY], extent[HWC_OX], job->batch, job->kernel_shape[0], job->kernel_shape[1],
              job->group, job->loop_count);
  for (uint32_t i = 0; i < job->loop_count; i++) {
    static const char* const dims[HWC_DIMS] = {"B", "G", "K", "C", "OY", "OX", "FY", "FX"};
    console_log(console, LOG_DEBUG, "loop %u over %s, extent %u, in tiles of %u", i, dims[job->loops[i].dim],
                extent[job->loops[i].dim], job->loops[i].tile);
  }
}

void firmware_run_job(const struct console* console, uint64_t job_address, struct hwc_status* status) {
  const struct hwc_status fresh = {HWC_STATUS_MAGIC, HWC_JOB_DONE, {0, 0}, 0, 0, 0, 0, 0};
  *status = fresh;

  struct hwc_job job;
  struct layer_geometry geometry;
  struct nest nest;
  struct outcome outcome = prepare(console->hal, job_address, &job, &geometry, &nest);
  if (outcome.result == HWC_JOB_DONE) {
    log_job(console, &job, &geometry);
    outcome = run_on_hwc(console, &job, &geometry, &nest, status);
  } else if (outcome.result == HWC_JOB_BAD_MAGIC && outcome.detail[0] == HWC_STACK_MAGIC) {
    stack_run(console, job_address, status); /* asked last, so that jobs take not an instruction more */
    return;
  }
  status->result = outcome.result;
  status->detail[0] = outcome.detail[0];
  status->detail[1] = outcome.detail[1];
}
