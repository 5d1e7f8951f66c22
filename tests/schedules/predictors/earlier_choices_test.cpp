// What the earlier models choose, against a search that goes through schedules one by one.
#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <limits>

#include "schedules/networks/network.h"
#include "schedules/predictors/earlier_model.h"
#include "schedules/traffic/exact_predictor.h"
#include "schedules/workload/error.h"

namespace hwcvp {
namespace {

Layer small_layer() {
  Layer layer;
  layer.in_channels = 4;
  layer.out_channels = 6;
  layer.in_height = 9;
  layer.in_width = 8;
  layer.kernel_shape = {3, 3};
  layer.pads = {1, 1, 1, 1};
  return layer;
}

// Calls visit for all nests with at most one loop for each of K, C, OY and OX, in any order, any tiles, both
// ways of input reuse.
void for_each_tile_schedule(const Layer& layer, bool double_buffer,
                            const std::function<void(const Schedule&)>& visit) {
  std::vector<Dim> dims = {Dim::K, Dim::C, Dim::OY, Dim::OX};
  do {
    Schedule schedule;
    schedule.double_buffer = {double_buffer, double_buffer, double_buffer};
    const std::function<void(size_t)> pick = [&](size_t i) {
      if (i == dims.size()) {
        const int inside = static_cast<int>(schedule.loops.size());
        schedule.buffer_level = {inside, inside, inside};
        for (const InputReuse reuse : {InputReuse::reload, InputReuse::sliding}) {
          schedule.input_reuse = reuse;
          visit(schedule);
        }
        return;
      }
      for (int64_t tile = layer.extent(dims[i]); tile >= 1; --tile) {
        schedule.loops.push_back({dims[i], tile});
        pick(i + 1);
        schedule.loops.pop_back();
      }
    };
    pick(0);
  } while (std::next_permutation(dims.begin(), dims.end()));
}

TEST(EarlierChoices, TileModelsFindTheirLeast) {
  Layer layer = small_layer();
  layer.in_channels = 3;
  layer.out_channels = 4;
  layer.in_height = 5;
  layer.in_width = 4;
  for (const char* name :
       {"zhang2015", "peemen2013", "peemen2015", "smartshuttle2018", "wolflam1991", "cecconi2017"}) {
    const auto model = make_earlier_model(name);
    for (const int64_t capacity : {120, 200, 400}) {
      int64_t least = std::numeric_limits<int64_t>::max();
      for_each_tile_schedule(layer, std::string(name) == "cecconi2017", [&](const Schedule& schedule) {
        try {
          const Prediction prediction = model->predict(layer, schedule);
          if (prediction.buffer.total() <= capacity) least = std::min(least, prediction.traffic.total());
        } catch (const InputError&) {  // not of its space
        }
      });
      EXPECT_EQ(model->choose(layer, capacity).predicted_bytes, least) << name << " " << capacity;
    }
  }
}

// Whatever is chosen fits on the machine, and the model predicts for it what it was chosen for.
TEST(EarlierChoices, FitAndAreOfTheModelsOwnSpace) {
  Layer grouped = small_layer();
  grouped.group = 2;
  grouped.batch = 2;
  Layer pointwise = small_layer();
  pointwise.kernel_shape = {1, 1};
  pointwise.pads = {0, 0, 0, 0};
  Layer strided = small_layer();
  strided.in_height = 11;
  strided.strides = {2, 2};
  std::vector<Layer> layers = {small_layer(), grouped, pointwise, strided};
  const Network alexnet = builtin_network("alexnet");
  layers.insert(layers.end(), {alexnet.layers[2], alexnet.layers[5]});
  for (const std::string& name : earlier_model_names()) {
    const auto model = make_earlier_model(name);
    for (const Layer& layer : layers) {
      if (name == "stoutchinin2019" && layer.strides[0] > 1) {
        EXPECT_THROW(model->choose(layer, 65536), InputError);
        continue;
      }
      for (const int64_t capacity : {400, 1000, 65536}) {
        if (layer.in_channels > 8 && capacity < 65536) continue;  // the networks'
        const ModelChoice choice = model->choose(layer, capacity);
        choice.schedule.validate(layer, name);
        EXPECT_LE(buffer_use(layer, choice.schedule).total(), capacity) << name << " " << layer.name;
        const Prediction prediction = model->predict(layer, choice.schedule);
        EXPECT_EQ(prediction.traffic.total(), choice.predicted_bytes) << name << " " << layer.name;
        EXPECT_LE(prediction.buffer.total(), capacity) << name << " " << layer.name;
        EXPECT_LE(choice.favourite_bytes, choice.predicted_bytes);
        if (name != "stoutchinin2019") {
          EXPECT_EQ(choice.favourite_bytes, choice.predicted_bytes) << name;
        }
      }
    }
  }
}

// A buffer formula that is short lets the model believe in schedules that do not fit.
TEST(EarlierChoices, PassesOverWhatOnlyTheModelTakesToFit) {
  const ModelChoice choice =
      make_earlier_model("stoutchinin2019")->choose(builtin_network("alexnet").layers[2], 16384);
  EXPECT_LT(choice.favourite_bytes, choice.predicted_bytes);
}

TEST(EarlierChoices, MoreMemoryNeverRanksLower) {
  const Layer layer = small_layer();
  for (const std::string& name : earlier_model_names()) {
    int64_t last = std::numeric_limits<int64_t>::max();
    for (int64_t capacity = 200; capacity < 5000; capacity += 600) {
      const int64_t bytes = make_earlier_model(name)->choose(layer, capacity).predicted_bytes;
      EXPECT_LE(bytes, last) << name << " " << capacity;
      last = bytes;
    }
  }
}

}  // namespace
}  // namespace hwcvp
