// Bursts and bus bytes of a layer on the configured machine, and layouts chosen by them.
#pragma once

#include <functional>
#include <optional>
#include <vector>

#include "platform/config/config.h"
#include "platform/placement/tensor_placement.h"
#include "schedules/bursts/burst_model.h"
#include "schedules/optimizer/optimizer.h"

namespace hwcvp {

// What the HWC's memory port and the bus make of a run of bytes.
BurstRules burst_rules(const PlatformConfig& config);

// Bursts and bus bytes of a legal schedule of a layer placed by place_tensors(), but that the DRAM may have
// any size. Throws InputError where the layer cannot lie in such layouts. `poll` as for predict_bursts().
BusTraffic predict_bus_traffic(const Layer& layer, const Schedule& schedule, const TensorLayouts& layouts,
                               const PlatformConfig& config, const std::function<void()>& poll = nullptr);

// The same, or nothing where it would take longer than some tenths of a second.
std::optional<BusTraffic> predict_bus_traffic_soon(const Layer& layer, const Schedule& schedule,
                                                   const TensorLayouts& layouts,
                                                   const PlatformConfig& config);

// Layouts to choose from, for each tensor; at least one.
using LayoutCandidates = PerTensor<std::vector<TensorLayout>>;

// The first candidate of each tensor.
TensorLayouts first_of(const LayoutCandidates& candidates);

// The layouts among the candidates with which the schedule, or the layer in one piece where
// predict_bus_traffic_soon() says nothing of it, takes the fewest bus bytes, and of these the
// fewest bursts; the earlier candidate where both are equal. Tensors are chosen one after the other, input,
// weight, output: least for each of them where the alignment of tensors is no smaller than the largest burst,
// as it then is of no concern to one tensor how the others lie; else maybe not. Candidates in which the layer
// cannot lie are passed over; throws InputError where a tensor has no others.
TensorLayouts choose_layouts(const Layer& layer, const Schedule& schedule, const LayoutCandidates& candidates,
                             const PlatformConfig& config);

// What a search for few bus bytes asks: those of a schedule in the layouts that choose_layouts() gives it,
// none where predict_bus_traffic_soon() says nothing.
BusCounter bus_counter(const LayoutCandidates& candidates, const PlatformConfig& config);

}  // namespace hwcvp
