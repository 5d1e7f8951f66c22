#include "models/tlm/flight_table.h"

#include <gtest/gtest.h>

#include <array>
#include <iostream>
#include <random>
#include <unordered_map>

namespace hwcvp::tlm_support {
namespace {

TEST(FlightTableTest, KnowsWhatAMapKnows) {
  constexpr uint64_t kSeed = 4;
  std::cout << "seed " << kSeed << '\n';
  std::mt19937_64 random(kSeed);
  std::array<tlm::tlm_generic_payload, 100> payloads;
  std::unordered_map<const tlm::tlm_generic_payload*, uint64_t> expected;
  FlightTable<uint64_t> table;
  for (int i = 0; i < 20'000; ++i) {
    // Stretches with few and with many in flight.
    const tlm::tlm_generic_payload& payload = payloads[random() % (i / 1000 % 2 == 0 ? 100 : 5)];
    const auto known = expected.find(&payload);
    if (known != expected.end() && random() % 2 == 0) {
      ASSERT_EQ(table.take(payload), known->second);
      expected.erase(known);
    } else {
      table.insert(payload, random());
      expected[&payload] = *table.find(payload);
    }
    ASSERT_EQ(table.size(), expected.size());
    for (const tlm::tlm_generic_payload& each : payloads) {
      const auto place = expected.find(&each);
      const uint64_t* const found = table.find(each);
      ASSERT_EQ(found != nullptr, place != expected.end());
      if (found != nullptr) {
        ASSERT_EQ(*found, place->second);
      }
    }
  }
  table.clear();
  EXPECT_TRUE(table.empty());
  EXPECT_EQ(table.find(payloads[0]), nullptr);
}

}  // namespace
}  // namespace hwcvp::tlm_support
