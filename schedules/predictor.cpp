#include "schedules/predictor.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "schedules/error.h"
#include "schedules/exact_predictor.h"

namespace hwcvp {

namespace {

class ExactPredictor : public Predictor {
 public:
  std::string name() const override { return "exact"; }
  Prediction predict(const Layer& layer, const Schedule& schedule) const override {
    return predict_exact(layer, schedule);
  }
};

struct Entry {
  const char* name;
  std::unique_ptr<Predictor> (*make)();
};

template <typename T>
std::unique_ptr<Predictor> make() {
  return std::make_unique<T>();
}

constexpr Entry kPredictors[] = {{"exact", make<ExactPredictor>}};

}  // namespace

std::vector<std::string> predictor_names() {
  std::vector<std::string> names;
  for (const Entry& entry : kPredictors) names.emplace_back(entry.name);
  return names;
}

std::unique_ptr<Predictor> make_predictor(const std::string& name) {
  for (const Entry& entry : kPredictors) {
    if (name == entry.name) return entry.make();
  }
  throw InputError(
      fmt::format("model: expected one of {}, found {}", fmt::join(predictor_names(), ", "), name));
}

}  // namespace hwcvp
