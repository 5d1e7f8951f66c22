#include "schedules/predictors/predictor.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "schedules/predictors/earlier_model.h"
#include "schedules/traffic/exact_predictor.h"
#include "schedules/workload/closest_name.h"
#include "schedules/workload/error.h"
#include "schedules/workload/shown_text.h"

namespace hwcvp {

namespace {

class ExactPredictor : public Predictor {
 public:
  std::string name() const override { return "exact"; }
  Prediction predict(const Layer& layer, const Schedule& schedule) const override {
    return predict_exact(layer, schedule);
  }
};

}  // namespace

std::vector<std::string> predictor_names() {
  std::vector<std::string> names = earlier_model_names();
  names.insert(names.begin(), "exact");
  return names;
}

std::unique_ptr<Predictor> make_predictor(const std::string& name) {
  if (name == "exact") return std::make_unique<ExactPredictor>();
  if (auto earlier = make_earlier_model(name)) return earlier;
  throw InputError(fmt::format("model: expected one of {}, found {}{}", fmt::join(predictor_names(), ", "),
                               shown(name), did_you_mean(name, predictor_names())));
}

}  // namespace hwcvp
