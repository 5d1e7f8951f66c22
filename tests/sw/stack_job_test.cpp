// The firmware with stacks on the HWC: random small networks under random schedules. Every tensor that is
// written comes out as if operators had run one by one, each part of memory moves exactly the bytes that are
// predicted, in exactly the buffer that is predicted; and what is illegal, does not fit or is malformed is
// refused. HWCVP_SEED and HWCVP_STACK_JOBS choose other and more cases.
#include <gtest/gtest.h>

#include <map>
#include <string>

#include "tests/sw/stack_job_fixture.h"

namespace hwcvp {
namespace {

using stack::Axis;
using stack::NetworkBuilder;
using stack::Schedule;

class StackJobs : public StackJobTest {
 protected:
  // Runs it and compares the bytes of some parts with those that a person has counted.
  void expect_bytes(const StackCase& c, const std::map<std::string, Moved>& counted) {
    SCOPED_TRACE(c.text);
    check(c);
    std::map<uint64_t, Moved> sums = moved(c);
    size_t found = 0;
    for (const StackWindow& window : c.windows) {
      const auto expected = counted.find(window.name);
      if (expected == counted.end()) continue;
      ++found;
      EXPECT_EQ(expected->second.read, sums[window.address].read) << window.name;
      EXPECT_EQ(expected->second.written, sums[window.address].written) << window.name;
    }
    EXPECT_EQ(counted.size(), found);
  }
};

// Steps of two lines ask for three, two and one line of what is between: three runs of the first operator.
TEST_F(StackJobs, TwoConvolutionsInOneStrip) {
  run([this] {
    NetworkBuilder net(2, 6, 6);
    const size_t middle = net.convolution(0, 3, 3);
    net.convolution(middle, 2, 3);
    Schedule schedule = net.schedule(Axis::columns, 6, 2);
    expect_bytes(make(net, schedule), {{"input", {72, 0}},
                                       {"conv0 weights", {3 * 54, 0}},
                                       {"conv1 weights", {3 * 54, 0}},
                                       {"conv1", {0, 72}}});
    schedule.operators[0].piece = 1;
    schedule.operators[1].resident = true;
    expect_bytes(
        make(net, schedule),
        {{"input", {72, 0}}, {"conv0 weights", {6 * 54, 0}}, {"conv1 weights", {54, 0}}, {"conv1", {0, 72}}});
    schedule.operators[0].portion = {1, 2, 1};
    schedule.operators[1].portion = {1, 1, 2};
    expect_bytes(make(net, schedule), {{"input", {72, 0}}, {"conv0 weights", {6 * 54, 0}}});
  });
}

// Strips of three lines need five of the input's six.
TEST_F(StackJobs, StripsOfColumnsAndOfRowsOfTwoImages) {
  run([this] {
    NetworkBuilder net(2, 6, 6, 2);
    const size_t middle = net.convolution(0, 3, 3);
    net.convolution(middle, 2, 3);
    for (const Axis outer : {Axis::columns, Axis::rows}) {
      Schedule schedule = net.schedule(outer, 3, 6);
      schedule.operators[0].resident = true;
      expect_bytes(make(net, schedule), {{"input", {2 * 2 * 6 * 10, 0}},
                                         {"conv0 weights", {54, 0}},
                                         {"conv1 weights", {4 * 54, 0}},
                                         {"conv1", {0, 144}}});
    }
  });
}

// The second portion of weights comes while the first is used, with the same bytes.
TEST_F(StackJobs, DoubleBufferedWeightsHideTheirLoads) {
  run([this] {
    NetworkBuilder net(16, 8, 8);
    const size_t middle = net.convolution(0, 32, 3);
    net.convolution(middle, 16, 3);
    Schedule schedule = net.schedule(Axis::columns, 8, 4);
    for (auto& op : schedule.operators) op.portion.out_channels = 4;
    StackCase c = make(net, schedule);
    std::map<uint32_t, sc_core::sc_time> time;
    for (const uint32_t weights : {HWC_STACK_STREAMED, HWC_STACK_DOUBLE_BUFFERED}) {
      for (hwc_stack_operator& op : c.operators) op.resident = weights;
      const sc_core::sc_time start = sc_core::sc_time_stamp();
      expect_bytes(c, {{"conv0 weights", {2 * 16 * 32 * 9, 0}}, {"conv1 weights", {2 * 32 * 16 * 9, 0}}});
      time[weights] = sc_core::sc_time_stamp() - start;
    }
    EXPECT_LT(time[HWC_STACK_DOUBLE_BUFFERED], time[HWC_STACK_STREAMED] * 0.9);
  });
}

// What is between is read twice, and by somebody outside: it is written as it is made, never read back.
TEST_F(StackJobs, AdditionAroundAConvolutionWithASideOutput) {
  run([this] {
    NetworkBuilder net(2, 8, 8);
    const size_t first = net.convolution(0, 4, 3);
    const size_t second = net.convolution(first, 4, 3);
    net.pooling(net.sum(second, first));
    net.network.outputs = {first};
    const Schedule schedule = net.schedule(Axis::columns, 4, 1);
    expect_bytes(make(net, schedule),
                 {{"input", {2 * 64, 0}}, {"conv0", {0, 4 * 64}}, {"pool3", {0, 4 * 16}}});
    // Columns that strips share are written twice.
    expect_bytes(make(net, net.schedule(Axis::columns, 2, 1)),
                 {{"input", {2 * 8 * 12, 0}}, {"conv0", {0, 4 * 8 * 10}}, {"pool3", {0, 4 * 16}}});
  });
}

TEST_F(StackJobs, ConcatenationOfBranches) {
  run([this] {
    NetworkBuilder net(3, 5, 7);
    const size_t trunk = net.convolution(0, 4, 1);
    const size_t narrow = net.convolution(trunk, 2, 1);
    const size_t wide = net.convolution(trunk, 3, 3);
    const size_t joined = net.concatenation(narrow, wide);
    const size_t looked_up = net.table(joined);
    net.concatenation(looked_up, trunk);  // the last operator writes parts apart
    expect_bytes(make(net, net.schedule(Axis::rows, 5, 2)),
                 {{"input", {105, 0}}, {"table4 table", {256, 0}}, {"concat5", {0, 9 * 35}}});
  });
}

// A window of the second operator's begins behind where the first one's ended, and one comes back.
TEST_F(StackJobs, RefuseWhatWouldComeBackAndWhatIsLeft) {
  run([this] {
    NetworkBuilder net(1, 8, 8);
    const size_t first = net.convolution(0, 1, 3);
    net.pooling(first);
    net.network.outputs = {first};
    net.network.tensors[first + 1].lines = {3, 4};  // two rows are left
    const StackCase left = make(net, net.schedule(Axis::columns, 4, 1));
    EXPECT_FALSE(left.cost);
    hwc_status status = run_firmware(left);
    EXPECT_EQ(uint32_t{HWC_JOB_BAD_WINDOWS}, status.result);
    EXPECT_EQ(left.operators[0].output, status.detail[0]);
    EXPECT_EQ(6u, status.detail[1]);

    net.network.tensors[first + 1].lines = {4, 3};
    const StackCase columns_left = make(net, net.schedule(Axis::columns, 2, 1));
    EXPECT_FALSE(columns_left.cost);
    status = run_firmware(columns_left);
    EXPECT_EQ(uint32_t{HWC_JOB_BAD_WINDOWS}, status.result);
    EXPECT_EQ(6u, status.detail[1]);
    EXPECT_TRUE(bench.transactions.empty());
  });
}

class RandomStackJobs : public StackJobTest, public testing::WithParamInterface<Machine> {
 protected:
  RandomStackJobs() : StackJobTest(GetParam()) {}
};

TEST_P(RandomStackJobs, MakeEveryTensorWithThePredictedBytes) {
  run([this] {
    const int64_t cases = from_environment("HWCVP_STACK_JOBS", 1000) * GetParam().share / 100;
    int64_t legal = 0;
    for (int64_t i = 0; i < cases && !HasFailure(); ++i) {
      const StackCase c = random_stack_case(kStackPlace, random);
      SCOPED_TRACE("case " + std::to_string(i) + ": " + c.text);
      check(c);
      legal += c.cost ? 1 : 0;
    }
    std::cout << cases << " stacks, " << legal << " of them legal\n";
    EXPECT_GT(legal, cases / 2);
    if (cases >= 200) {
      EXPECT_LT(legal, cases);
    }
  });
}

INSTANTIATE_TEST_SUITE_P(
    Machines, RandomStackJobs,
    testing::Values(Machine{"LooselyTimed", MemoryTransport::loosely_timed, 3, 64, true, 100},
                    Machine{"OneCommandAtATime", MemoryTransport::loosely_timed, 1, 4096, true, 40},
                    Machine{"ApproximatelyTimed", MemoryTransport::approximately_timed, 64, 32, true, 40},
                    Machine{"TimingOnly", MemoryTransport::loosely_timed, 16, 64, false, 40}),
    [](const auto& machine) { return std::string(machine.param.name); });

}  // namespace
}  // namespace hwcvp
