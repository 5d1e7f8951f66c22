// The models of memory traffic published earlier, each with the schedule that it would choose.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "schedules/predictors/predictor.h"

namespace hwcvp {

// The schedule that a model ranks first among those of its own space that fit.
struct ModelChoice {
  Schedule schedule;
  int64_t predicted_bytes = 0;  // total traffic by the model
  // What the model ranks first where only its own buffer formula decides what fits. Less than predicted_bytes
  // where that formula underestimates and the model's favourites had to be passed over.
  int64_t favourite_bytes = 0;
};

class EarlierModel : public Predictor {
 public:
  // Searches the model's own loop orders, tiles and buffer levels for the least traffic by its own formula
  // whose buffers fit, both by its own formula and on the machine. Equal ones: the first found, larger tiles
  // first. Throws InputError where nothing of its space fits or it does not know the layer.
  virtual ModelChoice choose(const Layer& layer, int64_t buffer_bytes) const = 0;
};

std::vector<std::string> earlier_model_names();
// nullptr for a name that is not one of these.
std::unique_ptr<EarlierModel> make_earlier_model(const std::string& name);

}  // namespace hwcvp
