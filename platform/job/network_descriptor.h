// The jobs of a network as they lie in memory.
#pragma once

#include <vector>

#include "platform/plan/network_plan.h"
#include "sw/job.h"

namespace hwcvp {

// The descriptor of one job that is no stack, with its CRC.
hwc_job make_job(const plan::NetworkJob& job);

// The whole job list: header, entries and descriptors, from NetworkPlan::list on.
std::vector<uint8_t> make_job_list(const graph::Graph& graph, const plan::NetworkPlan& plan);

}  // namespace hwcvp
