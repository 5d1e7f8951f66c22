#include "platform/stack/search/single_operators.h"

#include <algorithm>

#include "platform/plan/memory_plan.h"
#include "platform/plan/vector_schedule.h"
#include "platform/search/network_search.h"
#include "schedules/traffic/bounds.h"

namespace hwcvp {

namespace {

constexpr int64_t kAlignment = 64;  // of the memory plan; bytes do not depend on it

// Its layer counts operands of vector jobs; those come once each, as do the results.
int64_t least_bytes(const plan::VectorJob& job, const Prediction& prediction) {
  const int64_t weights = job.layer.weight_elements() * bytes(job.layer.weight_type);
  return compulsory_bytes(job.layer) - weights - job.layer.params_bytes() + prediction.traffic.weight_read +
         prediction.traffic.params_read;
}

Candidate of_vector_engine(const graph::Graph& graph, const graph::Operator& op, const plan::MemoryPlan& plan,
                           int64_t buffer_bytes) {
  Candidate candidate;
  for (const plan::VectorJob& job : plan::vector_jobs(graph, op, plan)) {
    const Prediction prediction = plan::predict(job, plan::choose_schedule(job, buffer_bytes));
    candidate.prediction.traffic += prediction.traffic;
    if (prediction.buffer.total() > candidate.prediction.buffer.total()) {
      candidate.prediction.buffer = prediction.buffer;
    }
    candidate.proven += std::min(least_bytes(job, prediction), prediction.traffic.total());
  }
  return candidate;
}

}  // namespace

std::vector<Candidate> single_operators(const graph::Graph& graph, const MappedGraph& mapped,
                                        const LayerSearch& search, WorkerPool& pool) {
  const plan::MemoryPlan plan = plan::plan_memory(graph, kAlignment);
  std::vector<Candidate> candidates(mapped.operators.size());
  std::vector<Layer> layers;
  std::vector<size_t> convolutions;
  for (size_t i = 0; i < candidates.size(); ++i) {
    const graph::Operator& op = graph.operators[mapped.operators[i]];
    if (const auto* convolution = std::get_if<graph::Convolution>(&op.action)) {
      layers.push_back(convolution->layer);
      convolutions.push_back(i);
    } else {
      candidates[i] = of_vector_engine(graph, op, plan, search.options.buffer_bytes);
    }
  }
  optimize_layers(layers, search, pool, [&](size_t i, const OptimizerResult& result) {
    Candidate& candidate = candidates[convolutions[i]];
    candidate.layer = layers[i];
    candidate.nest = result.schedule;
    candidate.prediction = result.prediction;
    candidate.proven = result.optimal ? result.prediction.traffic.total() : result.proven_bound;
  });
  for (size_t i = 0; i < candidates.size(); ++i) candidates[i].first = candidates[i].last = i;
  return candidates;
}

}  // namespace hwcvp
