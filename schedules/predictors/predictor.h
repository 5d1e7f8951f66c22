// The interface of traffic predictors: the exact model and the named earlier models stand behind it.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "schedules/nest/schedule.h"
#include "schedules/traffic/prediction.h"

namespace hwcvp {

class Predictor {
 public:
  virtual ~Predictor() = default;
  // The name by which the command line asks for it, such as "exact".
  virtual std::string name() const = 0;
  // Traffic and buffer bytes of one legal schedule of one legal layer. Throws InputError where this model
  // cannot express the schedule; it never guesses.
  virtual Prediction predict(const Layer& layer, const Schedule& schedule) const = 0;
};

// Names of all predictors, "exact" first.
std::vector<std::string> predictor_names();
// Throws InputError, listing the names, for an unknown one.
std::unique_ptr<Predictor> make_predictor(const std::string& name);

}  // namespace hwcvp
