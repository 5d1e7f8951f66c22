// An inference, for people and for programs.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <ostream>
#include <string>
#include <vector>

#include "platform/graph/graph.h"
#include "platform/observation/inference_report.h"
#include "platform/plan/network_plan.h"
#include "platform/report/answer.h"

namespace hwcvp {

// One of the largest elements of an output.
struct TopClass {
  int64_t index = 0;
  std::string label;  // empty where none is given
  double value = 0;   // as a real number
};
// The `count` largest elements of a tensor whose other dimensions are 1, largest first, the first index where
// they are equal; empty for others. `labels` may be empty.
std::vector<TopClass> top_classes(const graph::Value& value, const HostTensor& tensor,
                                  const std::vector<std::string>& labels, size_t count = 5);

struct InferenceResult {
  const graph::Graph& graph;
  const plan::NetworkPlan& plan;
  const InferenceReport& report;
  std::vector<std::string> labels;
  double clock_mhz = 0;
  int64_t buffer_bytes = 0;
};

// The sections of the answer, for options, and the answer, whose subject is left to the command. What the
// result refers to must outlive the answer, as must the result.
std::vector<std::string> inference_section_names();
Answer answer(const InferenceResult& result);

nlohmann::ordered_json to_json(const InferenceResult& result);

}  // namespace hwcvp
