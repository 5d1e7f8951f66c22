// The transactions of a schedule, found by walking all of them.
#pragma once

#include "schedules/bursts/burst_model.h"

namespace hwcvp {

// Shares nothing with predict_bursts() but the types: visits every position of the nest, lists the addresses
// of every element of every box, and cuts them one burst after the other. For small layers.
BurstCounts burst_walk(const Layer& layer, const Schedule& schedule, const TensorLayouts& layouts,
                       const TensorBases& bases, const BurstRules& rules);

}  // namespace hwcvp
