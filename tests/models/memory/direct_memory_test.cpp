// Direct memory access past bus and monitors: who may use it does, nobody gets stale data, and no byte passes
// a monitor unseen.
#include <gtest/gtest.h>

#include <iostream>
#include <memory>
#include <random>

#include "models/bus/bus.h"
#include "models/dram/timed_dram.h"
#include "models/memory/dram.h"
#include "models/monitor/monitor.h"
#include "models/monitor/protocol_checker.h"
#include "models/monitor/traffic_counter.h"
#include "platform/dram/dram_spec_file.h"
#include "tests/support/systemc/systemc_test.h"
#include "tests/support/tlm/at_target.h"
#include "tests/support/tlm/dmi_initiator.h"

namespace hwcvp {
namespace {

using Bytes = std::vector<unsigned char>;

constexpr uint64_t kMemoryBytes = 1 << 16;
constexpr uint64_t kBase = 0x40000000;   // the whole memory
constexpr uint64_t kAlias = 0x50000000;  // its second half again
constexpr uint64_t kSeed = 20260310;

// A memory that grants DMI.
struct Memory {
  explicit Memory(const std::string& kind) {
    if (kind == "dram") {
      Dram::Properties properties;
      properties.size_bytes = kMemoryBytes;
      simple = std::make_unique<Dram>("dram", properties);
    } else if (kind == "timed_dram") {
      TimedDram::Properties properties;
      properties.spec = find_dram_spec("ddr4-2400");
      properties.size_bytes = kMemoryBytes;
      properties.allow_dmi = true;
      timed = std::make_unique<TimedDram>("dram", properties);
    } else {  // one that takes its word back at times
      foreign = std::make_unique<AtTarget>("dram", kMemoryBytes);
      foreign->grant_dmi = true;
      foreign->behave_blocking = [](size_t number) {
        AtTarget::BlockingBehaviour behaviour;
        behaviour.hints_dmi = true;
        behaviour.invalidates = number % 3 == 2;
        return behaviour;
      };
    }
  }
  void bind_to(tlm::tlm_initiator_socket<>& initiator) const {
    if (simple) initiator.bind(simple->socket);
    if (timed) initiator.bind(timed->socket);
    if (foreign) initiator.bind(foreign->socket);
  }
  std::unique_ptr<Dram> simple;
  std::unique_ptr<TimedDram> timed;
  std::unique_ptr<AtTarget> foreign;
};

Bus::Properties two_initiators() {
  Bus::Properties properties;
  properties.initiators = 2;
  return properties;
}

struct Case {
  const char* memory;
  bool upper, lower;  // a monitor between the first initiator and the bus, between bus and memory
  bool eager;
};
void PrintTo(const Case& c, std::ostream* out) { *out << c.memory; }

class DirectMemoryTest : public SystemcTest, public ::testing::WithParamInterface<Case> {
 protected:
  DirectMemoryTest() {
    first.eager = second.eager = GetParam().eager;
    if (GetParam().upper) {
      upper = std::make_unique<Monitor>("upper");
      upper->transactions.bind(upper_count);
      first.socket.bind(upper->target_socket);
      upper->initiator_socket.bind(checker.target_socket);
    } else {
      first.socket.bind(checker.target_socket);
    }
    checker.initiator_socket.bind(bus.target_sockets[0]);
    second.socket.bind(bus.target_sockets[1]);
    if (GetParam().lower) {
      lower = std::make_unique<Monitor>("lower");
      lower->transactions.bind(lower_count);
      bus.initiator_sockets[0].bind(lower->target_socket);
      memory.bind_to(lower->initiator_socket);
    } else {
      memory.bind_to(bus.initiator_sockets[0]);
    }
    bus.map(0, kBase, kMemoryBytes);
    bus.map(0, kAlias, kMemoryBytes / 2, kMemoryBytes / 2);
    sc_core::sc_start(sc_core::SC_ZERO_TIME);
  }
  static uint64_t seen(const TrafficCounter& counter) {
    const TrafficCount& count = counter[TrafficClass::other];  // no windows: all is `other`
    return count.read_bytes + count.write_bytes;
  }

  Memory memory{GetParam().memory};
  Bus bus{"bus", two_initiators()};
  DmiInitiator first{"first"}, second{"second"};
  std::unique_ptr<Monitor> upper, lower;  // where the case has them
  ProtocolChecker checker{"checker"};
  TrafficCounter upper_count, lower_count;
};

TEST_P(DirectMemoryTest, MovesTheRightBytesAndPassesNoMonitorUnseen) {
  std::cout << "seed " << kSeed << '\n';
  std::mt19937_64 random(kSeed);
  Bytes mirror(kMemoryBytes);
  uint64_t moved_by_first = 0, moved = 0;
  for (int i = 0; i < 3000; ++i) {
    const bool is_first = random() % 2 == 0;
    DmiInitiator& initiator = is_first ? first : second;
    const size_t bytes = 1 + random() % 64;
    const bool by_alias = random() % 4 == 0;
    const uint64_t place =
        (by_alias ? kMemoryBytes / 2 : 0) + random() % ((by_alias ? kMemoryBytes / 2 : kMemoryBytes) - bytes);
    const uint64_t address = by_alias ? kAlias + place - kMemoryBytes / 2 : kBase + place;
    const auto at = mirror.begin() + static_cast<std::ptrdiff_t>(place);
    if (random() % 2 == 0) {
      Bytes data(bytes);
      for (unsigned char& byte : data) byte = static_cast<unsigned char>(random());
      std::copy(data.begin(), data.end(), at);
      initiator.write(address, data);
    } else {
      ASSERT_EQ(Bytes(at, at + static_cast<std::ptrdiff_t>(bytes)), initiator.read(address, bytes)) << i;
    }
    moved += bytes;
    if (is_first) moved_by_first += bytes;
  }
  const bool first_watched = GetParam().upper || GetParam().lower;
  EXPECT_EQ(moved_by_first, first.direct_bytes + first.transported_bytes);
  if (GetParam().upper) {
    EXPECT_EQ(moved_by_first, seen(upper_count)) << "every byte of the first initiator";
  }
  if (GetParam().lower) {
    EXPECT_EQ(moved, seen(lower_count)) << "every byte of both";
  }
  EXPECT_EQ(first_watched, first.direct_bytes == 0);
  EXPECT_EQ(GetParam().lower, second.direct_bytes == 0) << "a monitor stops those who pass it, and no others";
  EXPECT_EQ(GetParam().eager && first_watched, first.refusals > 0)
      << "a monitor takes hints back, so that only those ask who ask anyway";
}

std::vector<Case> all_cases() {
  std::vector<Case> cases;
  for (const char* const kind : {"dram", "timed_dram", "foreign"}) {
    for (const bool upper : {false, true}) {
      for (const bool lower : {false, true}) {
        for (const bool eager : {false, true}) cases.push_back({kind, upper, lower, eager});
      }
    }
  }
  return cases;
}
const auto kName = [](const auto& info) {
  const Case& c = info.param;
  return std::string(c.memory) + (c.upper ? "_upper" : "") + (c.lower ? "_lower" : "") +
         (c.eager ? "_eager" : "_hinted");
};
INSTANTIATE_TEST_SUITE_P(Cases, DirectMemoryTest, ::testing::ValuesIn(all_cases()), kName);

}  // namespace
}  // namespace hwcvp
