#include "platform/job/hwce_simulator.h"

#include <zlib.h>

#include <algorithm>
#include <cmath>

#include "platform/placement/hwce_layout.h"
#include "platform/reference/hwce_convolution.h"
#include "platform/tensor/layer_tensors.h"
#include "platform/tensor/tensor_compare.h"
#include "platform/tensor/tensor_random.h"
#include "sw/hwce_job.h"

namespace hwcvp {

namespace {

constexpr int kMostShift = 31;

hwce_job make_hwce_job(const Layer& layer, const HwceMapping& mapping, int shift,
                       const TensorPlacement& placement) {
  const HwceLayout layout = layout_of(layer, mapping);
  const auto word = [](int64_t value) { return static_cast<uint32_t>(value); };
  hwce_job job{};
  job.magic = HWCE_JOB_MAGIC;
  job.size_bytes = sizeof job;
  job.batch = word(layer.batch);
  job.group = word(layer.group);
  job.planes = word(mapping.planes);
  job.out_channels = word(layer.out_channels / layer.group);
  job.maps = word(mapping.maps);
  job.filter = word(mapping.filter);
  job.pieces[0] = word(mapping.pieces[0]);
  job.pieces[1] = word(mapping.pieces[1]);
  job.shift = word(shift);
  job.out_height = word(layer.out_height());
  job.out_width = word(layer.out_width());
  job.x_stride = word(layout.x_line);
  job.x_plane = word(layout.x_plane);
  job.y_stride = word(layout.y_line);
  job.y_map = word(layout.y_map);
  job.hwce = memory_map::kHwceBase;
  job.input = placement.input.base;
  job.weight = placement.weight.base;
  job.output = placement.output.base;
  job.psum = placement.psum.base;
  job.constant = placement.params.base;
  constexpr size_t kFirst = offsetof(hwce_job, crc32) + sizeof(job.crc32);
  job.crc32 = static_cast<uint32_t>(
      ::crc32(0, reinterpret_cast<const Bytef*>(&job) + kFirst, static_cast<uInt>(sizeof job - kFirst)));
  return job;
}

// Standard deviation of numbers spread evenly over 2^bits.
double deviation(double bits) { return std::exp2(bits) / std::sqrt(12.0); }

// Simulated time past which the machine is taken for stopped: a thousand times what one column of outputs a
// cycle, of one map, takes.
sc_core::sc_time limit_of(const Layer& layer, const PlatformConfig& config) {
  const double kernel = static_cast<double>(layer.kernel_shape[0] * layer.kernel_shape[1]);
  const double cycles = static_cast<double>(layer.macs()) * (1 + 32 / kernel);
  return {1 + 1000 * cycles / (config.hwce.clock_mhz * 1e6), sc_core::SC_SEC};
}

}  // namespace

HwceTensors random_hwce_tensors(const Layer& layer, const HwceMapping& mapping, uint64_t seed) {
  HwceTensors tensors;
  LayerTensors random = random_tensors(layer, seed);
  tensors.input = std::move(random.input);
  tensors.weights = HostTensor(DataType::int16, weight_shape(layer));
  fill_random(tensors.weights, tensor_seed(seed, layer.name, "weight"));
  const int weight_bits = static_cast<int>(16 / mapping.maps);
  int16_t* const weights = tensors.weights.data<int16_t>();
  std::for_each_n(weights, tensors.weights.elements(),
                  [weight_bits](int16_t& w) { w = static_cast<int16_t>(w >> (16 - weight_bits)); });
  const RandomSequence constants(tensor_seed(seed, layer.name, "constant"));
  for (int64_t m = 0; m < layer.out_channels; ++m) {
    tensors.constants.push_back(static_cast<int16_t>(constants[static_cast<uint64_t>(m)] >> 52));
  }
  const int64_t products = layer.in_channels / layer.group * layer.kernel_shape[0] * layer.kernel_shape[1];
  const double sum = std::sqrt(static_cast<double>(products)) * deviation(16) * deviation(weight_bits);
  tensors.shift = std::clamp(static_cast<int>(std::lround(std::log2(3 * sum / INT16_MAX))), 0, kMostShift);
  return tensors;
}

HwceSimulation simulate_hwce(LayerSimulator& machine, const Layer& layer, const HwceMapping& mapping,
                             const HwceTensors& tensors) {
  Soc& soc = machine.soc();
  const TensorPlacement placement = place_hwce_tensors(layer, mapping, soc.config().dram.size_bytes);
  const std::vector<int32_t> constants(tensors.constants.begin(), tensors.constants.end());
  soc.write_memory(placement.params.base, constants.data(), placement.params.bytes);
  soc.write_memory(placement.input.base, pack_planes(layer, mapping, tensors.input).data(),
                   placement.input.bytes);
  soc.write_memory(placement.weight.base, pack_filters(layer, mapping, tensors.weights).data(),
                   placement.weight.bytes);
  std::vector<uint8_t> maps(placement.output.bytes);
  soc.write_memory(placement.output.base, maps.data(), maps.size());  // no earlier result may pass for one

  const hwce_job job = make_hwce_job(layer, mapping, tensors.shift, placement);
  HwceSimulation result;
  result.observed = machine.runner().run(JobDescriptor{&job, sizeof job, soc.config().hwce.clock_mhz},
                                         placement, limit_of(layer, soc.config()));
  soc.read_memory(placement.output.base, maps.data(), maps.size());
  result.output = unpack_output(layer, mapping, maps);
  return result;
}

OutputCheck check_hwce_output(const Layer& layer, const HwceMapping& mapping, const HwceTensors& tensors,
                              const HostTensor& output) {
  const HostTensor expected =
      reference_hwce(layer, mapping.filter, tensors.shift, tensors.input, tensors.weights, tensors.constants);
  const TensorComparison comparison = compare(output, expected);
  return {comparison.mismatches, comparison.first_mismatch, output.crc32()};
}

}  // namespace hwcvp
