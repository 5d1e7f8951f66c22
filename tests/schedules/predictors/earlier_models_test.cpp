// The earlier models against published values, cases that a person can recount, and the exact model where
// their assumptions hold.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <nlohmann/json.hpp>
#include <random>

#include "schedules/json/json.h"
#include "schedules/predictors/earlier_model.h"
#include "schedules/traffic/exact_predictor.h"
#include "schedules/traffic/nest_text.h"
#include "schedules/workload/error.h"
#include "tests/support/random_case.h"

namespace hwcvp {

void PrintTo(const Traffic& traffic, std::ostream* out) { *out << to_json(traffic).dump(); }

namespace {

using ::testing::HasSubstr;

// One byte an element of whatever kind but partial sums (4), so that bytes are elements.
Layer square_layer(int64_t in_channels, int64_t out_channels, int64_t size, int64_t kernel, int64_t pad) {
  Layer layer;
  layer.in_channels = in_channels;
  layer.out_channels = out_channels;
  layer.in_height = layer.in_width = size;
  layer.kernel_shape = {kernel, kernel};
  layer.pads = {pad, pad, pad, pad};
  return layer;
}

Schedule nest(std::vector<Loop> loops, PerTensor<int> level, InputReuse reuse) {
  Schedule schedule;
  schedule.loops = std::move(loops);
  schedule.buffer_level = level;
  schedule.input_reuse = reuse;
  return schedule;
}

// All buffers inside all loops.
Schedule tiles(std::vector<Loop> loops, InputReuse reuse = InputReuse::reload) {
  const int inside = static_cast<int>(loops.size());
  return nest(std::move(loops), {inside, inside, inside}, reuse);
}

Prediction predict(const std::string& model, const Layer& layer, const Schedule& schedule) {
  schedule.validate(layer, "test schedule");
  return make_predictor(model)->predict(layer, schedule);
}

Traffic traffic(const std::string& model, const Layer& layer, const Schedule& schedule) {
  return predict(model, layer, schedule).traffic;
}

std::string refusal(const std::string& model, const Layer& layer, const Schedule& schedule) {
  try {
    predict(model, layer, schedule);
  } catch (const InputError& error) {
    return error.what();
  }
  return "";
}

Traffic expected(int64_t input, int64_t weight, int64_t output_write, int64_t psum_read, int64_t psum_write,
                 const Layer& layer) {
  return {input, weight, output_write, psum_read, psum_write, layer.params_bytes()};
}

// M = C = 64, 224 x 224, 3 x 3: the values of the notebook, elements of one byte. Levels name the innermost
// loop outside.
class Notebook : public ::testing::Test {
 protected:
  static constexpr int kOut = 0, kLof = 1, kLif = 2, kLsy = 3, kLsx = 4;

  Prediction at(int input, int weight, int output) const {
    return predict("stoutchinin2019", layer,
                   nest({{Dim::K, 1}, {Dim::C, 1}, {Dim::OY, 1}, {Dim::OX, 1}, {Dim::FY, 1}, {Dim::FX, 1}},
                        {input, weight, output}, InputReuse::sliding));
  }

  Layer layer = square_layer(64, 64, 224, 3, 1);
};

TEST_F(Notebook, TrafficOfEachLevel) {
  EXPECT_EQ(at(kOut, 0, 0).traffic.input_read, 3211264);
  EXPECT_EQ(at(kLof, 0, 0).traffic.input_read, 205520896);
  EXPECT_EQ(at(kLsx, 0, 0).traffic.input_read, 616562688);
  EXPECT_EQ(at(0, kOut, 0).traffic.weight_read, 36864);
  EXPECT_EQ(at(0, kLsy, 0).traffic.weight_read, 8257536);
  EXPECT_EQ(at(0, kLsx, 0).traffic.weight_read, 1849688064);
  EXPECT_EQ(at(0, 0, kOut).traffic.output_write, 3211264);
  EXPECT_EQ(at(0, 0, kOut).traffic.psum_write, 0);
  const Traffic spilled = at(0, 0, kLif).traffic;
  EXPECT_EQ(spilled.output_write + spilled.psum_write / 4, 205520896) << "accumulators have 4 bytes";
  EXPECT_EQ(spilled.psum_read, 0) << "partial sums are counted once";
}

TEST_F(Notebook, BuffersOfEachLevel) {
  EXPECT_EQ(at(kOut, 0, 0).buffer.bytes[0], 50176);
  EXPECT_EQ(at(kLsx, 0, 0).buffer.bytes[0], 224);
  EXPECT_EQ(at(0, kLsx, 0).buffer.bytes[1], 9);
}

TEST_F(Notebook, LoopsLeftInsideCountInTheOrderOfTheNotebook) {
  const Prediction leaf = predict("stoutchinin2019", layer, tiles({}, InputReuse::sliding));
  EXPECT_EQ(leaf.traffic, at(kOut, kOut, kOut).traffic);
  EXPECT_EQ(leaf.buffer, at(kOut, kOut, kOut).buffer);
}

// 4 to 6 channels, 8 x 8 outputs under 3 x 3 filters, input 10 x 10: 216 weights, 384 outputs. Tiles of 4 (2
// tiles) output channels, 2 (2) input channels, 5 (2) rows, all 8 columns: input tiles 2*7*10 = 140, weight
// tiles 72, output tiles 160. Inputs with halo: 4 channels * 2 * 7 * 10 = 560; 8 trips.
class Recounted : public ::testing::Test {
 protected:
  Schedule order(const std::vector<Dim>& dims, InputReuse reuse = InputReuse::reload) const {
    std::vector<Loop> loops;
    for (const Dim dim : dims) loops.push_back({dim, dim == Dim::K ? 4 : dim == Dim::C ? 2 : 5});
    return tiles(loops, reuse);
  }
  void expect(const std::string& model, const Schedule& schedule, int64_t input, int64_t weight,
              int64_t write, int64_t psums_read, int64_t psums_written) const {
    EXPECT_EQ(traffic(model, layer, schedule),
              expected(input, weight, write, 4 * psums_read, 4 * psums_written, layer))
        << model << " " << to_text(schedule, layer);
  }

  Layer layer = square_layer(4, 6, 10, 3, 0);
  const std::vector<Dim> rows_in = {Dim::K, Dim::C, Dim::OY};
  const std::vector<Dim> inputs_in = {Dim::K, Dim::OY, Dim::C};
  const std::vector<Dim> outputs_in = {Dim::OY, Dim::C, Dim::K};
};

TEST_F(Recounted, Zhang2015) {
  expect("zhang2015", order(rows_in), 8 * 140, 8 * 72 / 2, 4 * 160, 8 * 160, 4 * 160);
  expect("zhang2015", order(inputs_in), 8 * 140, 8 * 72, 4 * 160, 0, 0);
  expect("zhang2015", order(outputs_in), 8 * 140 / 2, 8 * 72, 4 * 160, 8 * 160, 4 * 160);
  expect("zhang2015", tiles({}), 400, 216, 384, 0, 0);
}

TEST_F(Recounted, Peemen2013AndCecconi2017) {
  for (const auto& dims : {rows_in, inputs_in, outputs_in}) {
    Schedule schedule = order(dims);
    expect("peemen2013", schedule, 2 * 560, 2 * 216, 384, 384, 384);
    schedule.double_buffer = {true, true, true};
    expect("cecconi2017", schedule, 2 * 560, 2 * 216, 384, 384, 384);
    EXPECT_EQ(predict("cecconi2017", layer, schedule).buffer.total(), 2 * (140 + 72 + 4 * 160));
  }
}

TEST_F(Recounted, Peemen2015) {
  // Along the rows all 10 columns, 10 rows: 4 * 100 for each of 2 tiles of output channels; weights once.
  expect("peemen2015", order(rows_in, InputReuse::sliding), 2 * 400, 216, 384, 384, 384);
  expect("peemen2015", order(inputs_in), 2 * 560, 2 * 216, 384, 0, 0);
  expect("peemen2015", order(outputs_in), 560, 2 * 216, 384, 384, 384);
}

TEST_F(Recounted, SmartShuttle2018) {
  expect("smartshuttle2018", order(rows_in), 2 * 560, 216, 384, 384, 384);
  expect("smartshuttle2018", order(inputs_in), 2 * 560, 2 * 216, 384, 0, 0);
  expect("smartshuttle2018", order(outputs_in), 560, 2 * 216, 384, 384, 384);
}

TEST_F(Recounted, WolfLam1991) {
  expect("wolflam1991", order(rows_in), 8 * 140, 8 * 72, 4 * 160, 8 * 160, 4 * 160);
}

// Tiles that divide: 3 of 6 output channels, 2 of 4 input channels, 4 of 8 rows. A block of all channels and
// 6 x 10 lines.
TEST_F(Recounted, Yang2016) {
  const std::vector<Loop> loops = {{Dim::K, 3}, {Dim::OY, 4}, {Dim::C, 2}};
  // Inputs for each tile of K and rows, weights for each of K and rows, outputs once: C is not refetching.
  expect("yang2016", tiles(loops), 2 * 4 * 2 * 60, 2 * 216, 384, 0, 0);
  // Inputs outside C and rows: whole, once for each tile of K, unless K keeps them.
  expect("yang2016", nest(loops, {0, 3, 3}, InputReuse::reload), 400, 2 * 216, 384, 0, 0);
  expect("yang2016", nest(loops, {1, 1, 3}, InputReuse::reload), 400, 216, 384, 0, 0);
  // C outside rows: two visits of each output, both read and written.
  expect("yang2016", tiles({{Dim::K, 3}, {Dim::C, 2}, {Dim::OY, 4}}), 2 * 4 * 2 * 60, 216, 384, 2 * 384, 384);
}

// Tiles of 4 (2) output channels and 4 rows (2), unit loops C, OY inside.
TEST_F(Recounted, Waeijen2019) {
  const std::vector<Loop> loops = {{Dim::OY, 4}, {Dim::K, 4}, {Dim::C, 1}, {Dim::OY, 1}};
  // Inputs stored outside both unit loops: 4 channels of 6 x 10 for each of 4 tiles. Output tiles at full
  // size: 512 visits.
  expect("waeijen2019", nest(loops, {2, 2, 2}, InputReuse::reload), 4 * 240, 2 * 216, 384, 128, 128);
}

TEST_F(Recounted, Waeijen2019FoldsAlongLines) {
  const std::vector<Loop> loops = {{Dim::K, 3}, {Dim::C, 1}, {Dim::OY, 1}};
  // Inside the rows: their lines slide past, 10 x 10 for each channel and each of 2 tiles of output channels.
  const Schedule folded = nest(loops, {3, 3, 3}, InputReuse::sliding);
  expect("waeijen2019", folded, 2 * 400, 216, 384, 3 * 384, 3 * 384);
  EXPECT_EQ(predict("waeijen2019", layer, folded).buffer.bytes[0], 3 * 10) << "three lines of one channel";
  // Reloaded instead: 3 x 10 lines for each of 8 rows.
  expect("waeijen2019", nest(loops, {3, 3, 3}, InputReuse::reload), 2 * 4 * 8 * 30, 216, 384, 3 * 384,
         3 * 384);
}

TEST_F(Recounted, TilesTakeTheSameBufferInAllTileModels) {
  for (const char* model : {"zhang2015", "peemen2013", "smartshuttle2018", "wolflam1991", "peemen2015"}) {
    EXPECT_EQ(predict(model, layer, order(inputs_in)).buffer.bytes, (PerTensor<int64_t>{140, 72, 4 * 160}))
        << model;
  }
}

TEST_F(Recounted, RefusesWhatItCannotExpress) {
  const Schedule sliding = order(rows_in, InputReuse::sliding);
  const Schedule kept_input = nest({{Dim::OY, 5}, {Dim::K, 4}}, {0, 2, 2}, InputReuse::reload);
  const Schedule filter = tiles({{Dim::FY, 1}});
  const Schedule twice = tiles({{Dim::OY, 4}, {Dim::OY, 2}});
  const Schedule between = tiles({{Dim::OY, 4}, {Dim::K, 3}, {Dim::OX, 4}});
  const struct {
    const char* model;
    const Schedule& schedule;
    const char* message;
  } kCases[] = {
      {"zhang2015", sliding,
       "model zhang2015: cannot express the schedule: it loads lines that neighbouring tiles"},
      {"peemen2013", sliding, "expected input_reuse reload"},
      {"peemen2013", kept_input, "expected the input buffer inside loop OY"},
      {"wolflam1991", filter, "expected no loop FY"},
      {"smartshuttle2018", twice, "expected one loop OY"},
      {"smartshuttle2018", between, "expected the loops OY and OX next to each other"},
      {"peemen2015", order(rows_in), "expected input_reuse sliding"},
      {"peemen2015", order({Dim::OY, Dim::K}, InputReuse::sliding), "expected input_reuse reload"},
      {"cecconi2017", order(rows_in), "expected double_buffer.input true"},
      {"yang2016", order(rows_in), "expected a tile of K that divides 6, found 4"},
      {"yang2016", filter, "expected no loop FY"},
      {"yang2016", nest({{Dim::OY, 4}}, {1, 1, 1}, InputReuse::sliding), "expected input_reuse reload"},
      {"stoutchinin2019", order(rows_in, InputReuse::sliding),
       "expected a tile of K that divides 6, found 4"},
      {"stoutchinin2019", tiles({{Dim::FY, 1}, {Dim::OY, 1}}, InputReuse::sliding),
       "filter loops inside loop OY"},
      {"stoutchinin2019", tiles({{Dim::FY, 2}}, InputReuse::sliding), "expected tile 1 in loop FY, found 2"},
      {"stoutchinin2019", tiles({{Dim::OY, 4}}), "expected input_reuse sliding"},
      {"waeijen2019", filter, "expected no loop FY"},
      {"waeijen2019", tiles({{Dim::OY, 4}, {Dim::OY, 2}}), "expected one loop OY over tiles"},
      {"waeijen2019", kept_input, "expected its buffer inside loop OY"},
      {"waeijen2019", nest({{Dim::OY, 4}}, {1, 1, 1}, InputReuse::sliding), "expected input_reuse reload"},
  };
  for (const auto& c : kCases) {
    EXPECT_THAT(refusal(c.model, layer, c.schedule), HasSubstr(c.message)) << c.model;
  }
}

TEST_F(Recounted, RefusesLayersThatItDoesNotKnow) {
  Layer dilated = layer;
  dilated.dilations = {2, 1};
  Layer batch = layer;
  batch.batch = 2;
  Layer strided = layer;
  strided.strides = {2, 2};
  Layer wide = layer;
  wide.kernel_shape = {3, 5};
  for (const std::string& model : earlier_model_names()) {
    Schedule whole = tiles({}, InputReuse::reload);
    whole.double_buffer = {true, true, true};
    EXPECT_THAT(refusal(model, dilated, whole), HasSubstr("knows no dilation: expected layer layer"))
        << model;
    EXPECT_THAT(refusal(model, batch, whole), HasSubstr("expected an outermost loop B of tile 1")) << model;
    EXPECT_THROW(make_earlier_model(model)->choose(dilated, 1 << 20), InputError) << model;
    EXPECT_THROW(make_earlier_model(model)->choose(layer, 8), InputError) << model;
  }
  EXPECT_THAT(refusal("stoutchinin2019", strided, tiles({})), HasSubstr("expected strides 1, found 2 and 2"));
  EXPECT_THAT(refusal("stoutchinin2019", wide, tiles({})), HasSubstr("knows square filters: found 3x5"));
}

TEST_F(Recounted, EachImageAndGroupIsALayerOfItsOwn) {
  Layer two = layer;
  two.batch = 2;
  two.group = 2;
  two.in_channels = 8;
  two.out_channels = 12;
  Schedule once = tiles({{Dim::K, 3}, {Dim::C, 2}});
  Schedule all = tiles({{Dim::G, 1}, {Dim::B, 1}, {Dim::K, 3}, {Dim::C, 2}});
  once.double_buffer = all.double_buffer = {true, true, true};
  Schedule inside = tiles({{Dim::K, 3}, {Dim::G, 1}, {Dim::B, 1}});
  Schedule shared = nest({{Dim::G, 1}, {Dim::B, 1}}, {2, 1, 2}, InputReuse::reload);
  for (const std::string& model : earlier_model_names()) {
    if (model == "waeijen2019") continue;  // its unit loops: tested with its own choice
    Traffic four = traffic(model, layer, once);
    four.params_read = 0;
    Traffic sum = four;
    for (int i = 0; i < 3; ++i) sum += four;
    sum.params_read = two.params_bytes();
    EXPECT_EQ(traffic(model, two, all), sum) << model;
    EXPECT_THAT(refusal(model, two, inside), HasSubstr("expected loop 1 G outside all others")) << model;
    EXPECT_THAT(refusal(model, two, shared), HasSubstr("weight buffer serves one image and group")) << model;
  }
}

// Without halo, border and remainder every model that counts each visit of the machine is exact.
TEST(EarlierModels, ExactWhereTheirAssumptionsHold) {
  Layer pointwise = square_layer(8, 12, 6, 1, 0);
  pointwise.in_width = 10;
  for (const auto& order : {std::vector<Loop>{{Dim::K, 4}, {Dim::OY, 3}, {Dim::C, 2}},
                            std::vector<Loop>{{Dim::OX, 5}, {Dim::K, 3}, {Dim::C, 4}}}) {
    Schedule schedule = tiles(order);
    const Traffic exact = predict_exact(pointwise, schedule).traffic;
    // Outputs stay while input channels step: nothing but that array is kept from tile to tile.
    for (const char* model : {"zhang2015", "peemen2015", "smartshuttle2018", "yang2016"}) {
      EXPECT_EQ(traffic(model, pointwise, schedule), exact) << model;
      EXPECT_EQ(predict(model, pointwise, schedule).buffer, predict_exact(pointwise, schedule).buffer)
          << model;
    }
  }
  // Unit loops with output channels innermost but for the input's: as the machine counts, tile loops
  // included.
  const Schedule stored = nest({{Dim::K, 3}, {Dim::OY, 1}, {Dim::C, 1}}, {2, 1, 3}, InputReuse::sliding);
  EXPECT_EQ(traffic("waeijen2019", pointwise, stored), predict_exact(pointwise, stored).traffic);
  // All loops outside index the inputs, one visit of each output.
  const Schedule factors = nest({{Dim::OY, 1}, {Dim::K, 3}}, {1, 0, 2}, InputReuse::sliding);
  EXPECT_EQ(traffic("stoutchinin2019", pointwise, factors), predict_exact(pointwise, factors).traffic);
}

// A schedule is refused, or the model is at least as large as what is compulsory for its own tiles; never
// negative.
TEST(EarlierModels, AnswerOrRefuseRandomSchedules) {
  constexpr uint64_t kSeed = 11;
  std::printf("seed %llu\n", static_cast<unsigned long long>(kSeed));
  std::mt19937_64 random(kSeed);
  std::map<std::string, int> answered;
  for (int i = 0; i < 20000; ++i) {
    const RandomCase c = random_case(random, {1000, 60, 4});
    for (const std::string& model : earlier_model_names()) {
      try {
        const Prediction prediction = make_predictor(model)->predict(c.layer, c.schedule);
        ++answered[model];
        EXPECT_EQ(prediction.traffic.params_read, c.layer.params_bytes());
        EXPECT_GE(prediction.traffic.output_write, c.layer.output_elements() * bytes(c.layer.output_type))
            << model << to_json_text(c);
        EXPECT_GE(prediction.traffic.weight_read, c.layer.weight_elements() * bytes(c.layer.weight_type))
            << model << to_json_text(c);
        EXPECT_GE(prediction.traffic.psum_read, 0) << model << to_json_text(c);
        EXPECT_GE(prediction.traffic.psum_write, 0) << model << to_json_text(c);
        EXPECT_GT(prediction.traffic.input_read, 0) << model << to_json_text(c);
        // Only the notebook's formula is known to be short of what the machine needs.
        if (model == "stoutchinin2019") continue;
        const BufferUse real = buffer_use(c.layer, c.schedule);
        for (const Tensor tensor : kTensors) {
          EXPECT_GE(prediction.buffer.bytes[index(tensor)], real.bytes[index(tensor)])
              << model << to_json_text(c);
        }
      } catch (const InputError& error) {
        EXPECT_THAT(error.what(), HasSubstr("model " + model + ": "));
      }
      if (HasFailure()) return;
    }
  }
  for (const std::string& model : earlier_model_names()) {
    EXPECT_GT(answered[model], 20) << model << " answers too few to test anything";
  }
}

TEST(EarlierModels, NamesAreThoseOfTheRegistry) {
  std::vector<std::string> names = earlier_model_names();
  names.insert(names.begin(), "exact");
  EXPECT_EQ(predictor_names(), names);
  for (const std::string& name : names) EXPECT_EQ(make_predictor(name)->name(), name);
  EXPECT_EQ(make_earlier_model("exact"), nullptr);
  EXPECT_THROW(make_predictor("zhang"), InputError);
}

}  // namespace
}  // namespace hwcvp
