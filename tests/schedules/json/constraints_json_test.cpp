// Constraints files.
#include "schedules/json/constraints_json.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace hwcvp {
namespace {

using nlohmann::json;

TEST(ConstraintsJson, AnEmptyFileDemandsNothing) {
  const ConstraintsFile file = constraints_from_json(json::object(), "file");
  EXPECT_EQ(file.constraints, Constraints{});
  EXPECT_TRUE(file.constraints.allow_all_nests());
  EXPECT_FALSE(file.double_buffer);
}

TEST(ConstraintsJson, ReadsEveryField) {
  const json document = json::parse(R"({
    "capacity": {"input": 7, "output": 9}, "double_buffer": {"weight": true},
    "tile_multiple": {"K": 16, "OX": 3}, "outer_loops": [{"dim": "G", "tile": 1}, {"dim": "FY", "tile": 2}],
    "buffer_level": {"input": 0, "weight": 5},
    "price": {"input_read": 2, "weight_read": 3, "output_write": 4, "psum_read": 5, "psum_write": 0}})");
  const ConstraintsFile file = constraints_from_json(document, "file");
  const Constraints& constraints = file.constraints;
  EXPECT_EQ(constraints.capacity_bytes, (PerTensor<int64_t>{7, 0, 9}));
  EXPECT_EQ(file.double_buffer, (PerTensor<bool>{false, true, false}));
  EXPECT_EQ(constraints.tile_multiple, (PerDim<int64_t>{1, 1, 16, 1, 1, 3, 1, 1}));
  EXPECT_EQ(constraints.outer_loops, (std::vector<Loop>{{Dim::G, 1}, {Dim::FY, 2}}));
  EXPECT_EQ(constraints.buffer_level[0], 0);
  EXPECT_EQ(constraints.buffer_level[1], 5);
  EXPECT_FALSE(constraints.buffer_level[2]);
  Traffic traffic{10, 100, 1000, 10000, 100000, 1000000};
  EXPECT_EQ(constraints.prices.cost(traffic), 20 + 300 + 4000 + 50000 + 0 + 3000000);
  EXPECT_EQ(constraints_from_json(to_json(constraints), "again").constraints, constraints);
}

}  // namespace
}  // namespace hwcvp
