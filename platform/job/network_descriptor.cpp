#include "platform/job/network_descriptor.h"

#include <zlib.h>

#include <algorithm>
#include <cstring>

#include "platform/job/job_descriptor.h"
#include "platform/job/stack_descriptor.h"

namespace hwcvp {

namespace {

uint32_t bits_of(float number) {
  uint32_t bits = 0;
  std::memcpy(&bits, &number, sizeof bits);
  return bits;
}

void copy_strides(const plan::AxisStrides& from, uint32_t (&to)[5]) {
  for (size_t i = 0; i < from.size(); ++i) to[i] = static_cast<uint32_t>(from[i]);
}

void fill_vector(hwc_job& job, const plan::VectorJob& vector) {
  const plan::VectorSettings& settings = vector.settings;
  job.operation = static_cast<uint32_t>(settings.operation);
  job.input_zero = settings.input_zero;
  job.second_zero = settings.second_zero;
  job.output_zero = settings.output_zero;
  job.output_min = settings.output_min;
  job.output_max = settings.output_max;
  job.swapped = settings.swapped ? 1 : 0;
  job.second_from_weights = settings.second_from_weights ? 1 : 0;
  job.window_count = static_cast<uint32_t>(settings.window_count);
  for (size_t i = 0; i < settings.scales.size(); ++i) job.scale[i] = bits_of(settings.scales[i]);
  job.fixed = bits_of(settings.fixed);
  copy_strides(vector.input_strides, job.memory_stride_input);
  copy_strides(vector.output_strides, job.memory_stride_output);
  job.memory_blocks_output[0] = static_cast<uint32_t>(vector.output_block);
  job.memory_blocks_output[1] = static_cast<uint32_t>(vector.output_block_stride);
}

template <typename Record>
void put(std::vector<uint8_t>& image, uint64_t offset, const Record& record) {
  std::memcpy(image.data() + offset, &record, sizeof record);
}

}  // namespace

hwc_job make_job(const plan::NetworkJob& planned) {
  hwc_job job = make_job(planned.layer, planned.schedule, false, planned.placement);
  if (planned.vector) {
    job.size_bytes = sizeof job;
    fill_vector(job, *planned.vector);
    job.crc32 = job_crc32(job);
  }
  return job;
}

std::vector<uint8_t> make_job_list(const graph::Graph& graph, const plan::NetworkPlan& plan) {
  const plan::ListLayout layout = plan::list_layout(plan);
  std::vector<uint8_t> image(layout.end - plan.list);
  for (size_t i = 0; i < plan.jobs.size(); ++i) {
    hwc_list_entry entry{};
    entry.job = layout.descriptors[i];
    entry.status = layout.status(i);
    put(image, layout.entries + i * sizeof entry - plan.list, entry);
    if (plan.jobs[i].stack) {
      const std::vector<uint8_t> stack = make_stack_descriptor(graph, *plan.jobs[i].stack);
      std::copy(stack.begin(), stack.end(),
                image.begin() + static_cast<std::ptrdiff_t>(entry.job - plan.list));
    } else {
      put(image, entry.job - plan.list, make_job(plan.jobs[i]));
    }
  }
  hwc_list list{};
  list.magic = HWC_LIST_MAGIC;
  list.size_bytes = sizeof list;
  list.count = static_cast<uint32_t>(plan.jobs.size());
  list.entries = layout.entries;
  constexpr size_t kFirst = offsetof(hwc_list, crc32) + sizeof(list.crc32);
  list.crc32 = static_cast<uint32_t>(
      ::crc32(0, reinterpret_cast<const Bytef*>(&list) + kFirst, static_cast<uInt>(sizeof list - kFirst)));
  put(image, 0, list);
  return image;
}

}  // namespace hwcvp
