// What a misspelt name may have meant.
#include "schedules/workload/closest_name.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace hwcvp {
namespace {

TEST(ClosestNameTest, CountsEdits) {
  EXPECT_EQ(edit_distance("", ""), 0U);
  EXPECT_EQ(edit_distance("", "abc"), 3U);
  EXPECT_EQ(edit_distance("abc", ""), 3U);
  EXPECT_EQ(edit_distance("kitten", "sitting"), 3U);
  EXPECT_EQ(edit_distance("rnu", "run"), 1U) << "two exchanged characters are one edit";
  EXPECT_EQ(edit_distance("ca", "abc"), 3U) << "nothing is put between characters that were exchanged";
}

TEST(ClosestNameTest, TakesTheFirstOfTheClosest) {
  const std::vector<std::string> names = {"vgg16", "resnet18", "resnet50", "mobilenetv2"};
  EXPECT_EQ(closest_name("vgg-16", names), "vgg16");
  EXPECT_EQ(closest_name("resnet", names), "resnet18");
  EXPECT_EQ(closest_name("mobilnetv2", names), "mobilenetv2");
  EXPECT_EQ(closest_name("lenet", names), std::nullopt);
  EXPECT_EQ(closest_name("", names), std::nullopt);
  EXPECT_EQ(closest_name(std::string(1000000, 'x'), names), std::nullopt);
  EXPECT_EQ(closest_name("vgg16", {}), std::nullopt);
}

TEST(ClosestNameTest, AsksInAMessage) {
  EXPECT_EQ(did_you_mean("bufer", {"buffer", "seed"}, "--"), "; did you mean --buffer?");
  EXPECT_EQ(did_you_mean("zzz", {"buffer", "seed"}), "");
}

}  // namespace
}  // namespace hwcvp
