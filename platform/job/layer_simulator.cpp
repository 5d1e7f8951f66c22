#include "platform/job/layer_simulator.h"

#include <fmt/format.h>

#include "platform/job/job_descriptor.h"
#include "platform/tensor/layout_copy.h"
#include "schedules/traffic/exact_predictor.h"
#include "schedules/workload/error.h"

namespace hwcvp {

void check_channels(const Layer& layer, const HwcConfig& config) {
  if (layer.out_channels > config.max_channels) {
    throw InputError(fmt::format("layer {}: out_channels: expected at most hwc.max_channels, {}, found {}",
                                 layer.name, config.max_channels, layer.out_channels));
  }
}

void check_fits(const Layer& layer, const Schedule& schedule, const HwcConfig& config) {
  const BufferUse use = buffer_use(layer, schedule);
  if (use.total() > config.buffer_bytes) {
    throw InputError(fmt::format(
        "layer {}: the schedule does not fit: expected at most {} bytes of buffer, found {} (input {}, "
        "weight {}, output {})",
        layer.name, config.buffer_bytes, use.total(), use.bytes[0], use.bytes[1], use.bytes[2]));
  }
  check_channels(layer, config);
}

JobObservation LayerSimulator::run_job(const Layer& layer, const Schedule& schedule, bool relu,
                                       int64_t expected_cycles, const TensorPlacement& placement,
                                       const TensorLayouts& layouts) {
  // Generous: an estimate can be far off, and a machine that stops is mostly noticed at once.
  const double expected_seconds = static_cast<double>(expected_cycles) / (soc_.config().hwc.clock_mhz * 1e6);
  const sc_core::sc_time limit(1 + 1000 * expected_seconds, sc_core::SC_SEC);
  return runner_.run(make_job(layer, schedule, relu, placement, layouts), placement, limit);
}

JobObservation LayerSimulator::run_timing_only(const Layer& layer, const Schedule& schedule, bool relu,
                                               int64_t expected_cycles, const TensorLayouts& layouts) {
  check_fits(layer, schedule, soc_.config().hwc);
  return run_job(layer, schedule, relu, expected_cycles, place_tensors(layer, layouts, soc_.config()),
                 layouts);
}

LayerSimulation LayerSimulator::run(const Layer& layer, const Schedule& schedule, const LayerTensors& tensors,
                                    bool relu, int64_t expected_cycles, const TensorLayouts& layouts) {
  const PlatformConfig& config = soc_.config();
  check_fits(layer, schedule, config.hwc);
  const TensorPlacement placement = place_tensors(layer, layouts, config);
  const auto write = [this](const AddressWindow& window, const std::vector<uint8_t>& bytes) {
    soc_.write_memory(window.base, bytes.data(), bytes.size());
  };
  const auto in_layout = [&](Tensor tensor, const HostTensor& elements) {
    return to_memory(layer, tensor, elements, layouts[index(tensor)]);
  };
  write(placement.params, serialize(tensors.params));
  write(placement.input, in_layout(Tensor::input, tensors.input));
  write(placement.weight, in_layout(Tensor::weight, tensors.weights));
  std::vector<uint8_t> output(placement.output.bytes);
  write(placement.output, output);  // what an earlier layer left there must not pass for a result

  LayerSimulation result;
  result.observed = run_job(layer, schedule, relu, expected_cycles, placement, layouts);
  soc_.read_memory(placement.output.base, output.data(), output.size());
  result.output = HostTensor(layer.output_type, output_shape(layer));
  from_memory(layer, Tensor::output, output, layouts[index(Tensor::output)], result.output);
  return result;
}

}  // namespace hwcvp
