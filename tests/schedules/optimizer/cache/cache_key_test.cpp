// Every field that may decide an answer of the optimizer tells two questions to the cache apart.
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <iterator>
#include <memory>
#include <optional>
#include <string>
#include <tuple>
#include <utility>

#include "schedules/optimizer/cache/result_cache.h"
#include "schedules/optimizer/objectives/balanced.h"
#include "schedules/optimizer/objectives/front.h"
#include "schedules/optimizer/objectives/least_bus_bytes.h"
#include "schedules/optimizer/objectives/least_latency.h"
#include "schedules/optimizer/objectives/least_traffic.h"

namespace hwcvp {
namespace {

// All fields of each record, one after the other. A field that is added to a record has to be added here,
// else this does not compile.
auto fields_of(Layer& layer) {
  auto& [name, batch, in_channels, in_height, in_width, out_channels, kernel_shape, strides, dilations, pads,
         group, input_type, weight_type, output_type, accumulator_type, input_zero_point, scales,
         output_zero_point, output_min, output_max] = layer;
  (void)name;              // equal layers have equal answers, whatever their names
  (void)input_zero_point;  // these have a test of their own
  (void)scales;
  (void)output_zero_point;
  (void)output_min;
  (void)output_max;
  return std::tie(batch, in_channels, in_height, in_width, out_channels, kernel_shape, strides, dilations,
                  pads, group, input_type, weight_type, output_type, accumulator_type);
}

auto fields_of(Prices& prices) {
  auto& [input_read, weight_read, output_write, psum_read, psum_write] = prices;
  return std::tie(input_read, weight_read, output_write, psum_read, psum_write);
}

auto fields_of(Constraints& constraints) {
  auto& [capacity_bytes, tile_multiple, outer_loops, buffer_level, prices] = constraints;
  return std::tie(capacity_bytes, tile_multiple, outer_loops, buffer_level, prices);
}

auto fields_of(BankedDram::Field& field) {
  auto& [shift, count] = field;
  return std::tie(shift, count);
}

auto fields_of(BankedDram& dram) {
  auto& [clock_ratio, access_bytes, channel, rank, bank_group, bank, row, queue_depth, closed_page,
         refresh_each_bank, burst_cycles, CL, CWL, tDQSCK, tDQSS, tRCD, tRP, tRPab, tRAS, tRC, tCCD_S, tCCD_L,
         tRRD_S, tRRD_L, tFAW, tWR, tWTR_S, tWTR_L, tRTP, tRTW, tRTRS, tPPD, tRFC, tPBR2PBR,
         refresh_interval] = dram;
  return std::tie(clock_ratio, access_bytes, channel, rank, bank_group, bank, row, queue_depth, closed_page,
                  refresh_each_bank, burst_cycles, CL, CWL, tDQSCK, tDQSS, tRCD, tRP, tRPab, tRAS, tRC,
                  tCCD_S, tCCD_L, tRRD_S, tRRD_L, tFAW, tWR, tWTR_S, tWTR_L, tRTP, tRTW, tRTRS, tPPD, tRFC,
                  tPBR2PBR, refresh_interval);
}

auto fields_of(FirmwareCosts& costs) {
  auto& [instructions] = costs;
  return std::tie(instructions);
}

auto fields_of(VectorTiming& timing) {
  auto& [lanes, weights, params_bytes] = timing;
  return std::tie(lanes, weights, params_bytes);
}

auto fields_of(MachineTiming& timing) {
  auto& [mac_rows, mac_columns, array_modes, input_port_bytes, weight_port_bytes, accumulator_port_bytes,
         compute_start_cycles, fifo_depth, buffer_row_bytes, max_burst_bytes, aligned_bursts, outstanding,
         quantum_cycles, vector, tensor_base, tensor_alignment, layouts, bus_cycles, bus_bytes,
         memory_latency_cycles, memory_bytes_per_cycle, approximately_timed, memory_outstanding, dram,
         instruction_cycles, access_cycles, register_cycles, mailbox_cycles, firmware] = timing;
  return std::tie(mac_rows, mac_columns, array_modes, input_port_bytes, weight_port_bytes,
                  accumulator_port_bytes, compute_start_cycles, fifo_depth, buffer_row_bytes, max_burst_bytes,
                  aligned_bursts, outstanding, quantum_cycles, vector, tensor_base, tensor_alignment, layouts,
                  bus_cycles, bus_bytes, memory_latency_cycles, memory_bytes_per_cycle, approximately_timed,
                  memory_outstanding, dram, instruction_cycles, access_cycles, register_cycles,
                  mailbox_cycles, firmware);
}

auto fields_of(OptimizerOptions& options) {
  auto& [buffer_bytes, double_buffer, constraints, objective, time_limit_seconds, cancel] = options;
  (void)objective;           // each has a test of its own
  (void)time_limit_seconds;  // searches that were cut short are not kept
  (void)cancel;              // likewise
  return std::tie(buffer_bytes, double_buffer, constraints);
}

// change_each(value, told) calls told() while one thing in the value is other than before, for everything in
// it in turn.
template <typename Told>
void change_each(int64_t& value, const Told& told) {
  ++value;
  told();
  --value;
}
template <typename Told>
void change_each(double& value, const Told& told) {
  const double before = std::exchange(value, value + 0.25);
  told();
  value = before;
}
template <typename Told>
void change_each(bool& value, const Told& told) {
  value = !value;
  told();
  value = !value;
}
template <typename Told>
void change_each(DataType& type, const Told& told) {
  const DataType before = type;
  for (const DataType other : {DataType::int8, DataType::int16, DataType::int32}) {
    if (other == before) continue;
    type = other;
    told();
  }
  type = before;
}
template <typename Told>
void change_each(TensorLayout& layout, const Told& told) {
  const TensorLayout before = layout;
  for (const char* name : {"nchw", "nhwc", "nchw4c", "nchw8c"}) {
    const TensorLayout other = parse_layout(name, "test");
    if (other == before) continue;
    layout = other;
    told();
  }
  layout = before;
}
template <typename Told>
void change_each(Dim& dim, const Told& told) {
  const Dim before = std::exchange(dim, dim == Dim::K ? Dim::C : Dim::K);
  told();
  dim = before;
}
template <typename Told>
void change_each(std::optional<int>& level, const Told& told) {
  const std::optional<int> before = level;
  for (const std::optional<int>& other :
       {std::optional<int>{}, std::optional<int>{0}, std::optional<int>{1}}) {
    if (other == before) continue;
    level = other;
    told();
  }
  level = before;
}
template <typename Told>
void change_each(std::vector<Loop>& loops, const Told& told) {
  for (Loop& loop : loops) {
    change_each(loop.dim, told);
    change_each(loop.tile, told);
  }
  loops.push_back({Dim::K, 2});
  told();
  loops.pop_back();
}
template <typename T, size_t N, typename Told>
void change_each(std::array<T, N>& values, const Told& told) {
  for (T& value : values) change_each(value, told);
}
// A record: everything in all of its fields.
template <typename Record, typename Told, typename = decltype(fields_of(std::declval<Record&>()))>
void change_each(Record& record, const Told& told) {
  std::apply([&told](auto&... fields) { (change_each(fields, told), ...); }, fields_of(record));
}
template <typename Record, typename Told, typename = decltype(fields_of(std::declval<Record&>()))>
void change_each(std::optional<Record>& record, const Told& told) {
  if (record) change_each(*record, told);
  const auto before = std::exchange(record, record ? std::nullopt : std::optional(Record{}));
  told();
  record = before;
}

class CacheKeyTest : public testing::Test {
 protected:
  CacheKeyTest()
      : folder(std::filesystem::temp_directory_path() / ("cache_key_test." + std::to_string(getpid()))),
        cache(folder.string(), [](const std::string& line) { ADD_FAILURE() << line; }) {
    layer.in_channels = layer.out_channels = 4;
    layer.in_height = layer.in_width = 3;
    options.buffer_bytes = 200;
    options.constraints.outer_loops = {{Dim::OY, 1}};
    answer = optimize(layer, options);
  }
  ~CacheKeyTest() override { std::filesystem::remove_all(folder); }

  // Entries, once the question that stands there has been asked too.
  std::ptrdiff_t entries() {
    if (timing) options.objective = std::make_shared<LeastLatency>(*timing);
    cache.store(layer, options, answer);
    return std::distance(std::filesystem::directory_iterator(folder), {});
  }
  // Changes everything in a record, which the layer or the options hold, and looks for an entry for each
  // change.
  template <typename Record>
  std::ptrdiff_t expect_apart(Record& record) {
    const std::ptrdiff_t first = entries();
    std::ptrdiff_t changes = 0;
    change_each(record, [&] { EXPECT_EQ(entries(), first + ++changes) << "change " << changes; });
    EXPECT_EQ(entries(), first + changes) << "everything is as it was before";
    return changes;
  }

  std::filesystem::path folder;
  ResultCache cache;
  Layer layer;
  OptimizerOptions options;
  std::optional<MachineTiming> timing;  // that the objective `latency` asks for
  OptimizerResult answer;
};

TEST_F(CacheKeyTest, HoldsTheLayer) {
  EXPECT_GE(expect_apart(layer), 24);
  const std::ptrdiff_t before = entries();
  layer.name = "another";
  EXPECT_EQ(entries(), before);
}

TEST_F(CacheKeyTest, HoldsOfZeroPointsScalesAndLimitsOnlyWhatMovesBytesOrWritesRegisters) {
  EXPECT_EQ(entries(), 1);
  layer.input_zero_point = 3;
  EXPECT_EQ(entries(), 2);
  layer.input_zero_point = 4;
  EXPECT_EQ(entries(), 2) << "no value matters";
  layer.scales.assign(4, 0.5F);  // 8 bytes of constants a channel instead of 9
  EXPECT_EQ(entries(), 3);
  layer.scales[1] = 0.25F;
  layer.output_zero_point = 5;
  layer.output_min = 1;
  layer.output_max = 9;
  EXPECT_EQ(entries(), 3);
}

TEST_F(CacheKeyTest, HoldsOptionsAndConstraints) { EXPECT_GE(expect_apart(options), 29); }

TEST_F(CacheKeyTest, HoldsTheObjectiveAndHowBusBytesAreCounted) {
  EXPECT_EQ(entries(), 1);
  options.objective = std::make_shared<LeastTraffic>();
  EXPECT_EQ(entries(), 1) << "what is least where nothing is said";
  options.objective = std::make_shared<LeastLatency>(MachineTiming{});
  EXPECT_EQ(entries(), 2);
  options.objective = std::make_shared<LeastBusBytes>(BusCounter{nullptr, "a machine"});
  EXPECT_EQ(entries(), 3);
  options.objective = std::make_shared<LeastBusBytes>(BusCounter{nullptr, "another"});
  EXPECT_EQ(entries(), 4);
  options.objective = std::make_shared<Balanced>(MachineTiming{});
  EXPECT_EQ(entries(), 5);
  options.objective = std::make_shared<Balanced>(MachineTiming{}, 0.1);
  EXPECT_EQ(entries(), 6);
  options.objective = std::make_shared<Front>(MachineTiming{});
  EXPECT_EQ(entries(), 7);
}

TEST_F(CacheKeyTest, HoldsTheTimingOfTheMachine) {
  timing.emplace();
  EXPECT_GE(expect_apart(*timing), 50);
}

TEST_F(CacheKeyTest, HoldsTheTimingOfABankedDram) {
  timing.emplace().dram.emplace();
  EXPECT_GE(expect_apart(timing->dram), 40);
}

}  // namespace
}  // namespace hwcvp
