// `hwcvp accuracy`: models against the machine, as a user runs it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "tests/support/program/program.h"

namespace hwcvp {
namespace {

using nlohmann::json;
using ::testing::HasSubstr;

class AccuracyTest : public ::testing::Test {
 protected:
  AccuracyTest() {
    folder.write("layer.json", R"({"name": "small", "in_channels": 6, "in_height": 12, "in_width": 10,
      "out_channels": 8, "kernel_shape": [3, 3], "pads": [1, 1, 1, 1]})");
    folder.write("dilated.json", R"({"name": "dilated", "in_channels": 6, "in_height": 12, "in_width": 10,
      "out_channels": 8, "kernel_shape": [3, 3], "dilations": [2, 2]})");
  }

  json accuracy(const std::string& layer, const std::string& buffer) {
    const ProgramResult result =
        folder.run("accuracy --layer " + layer + " --buffer " + buffer + " --cpu native --json");
    EXPECT_EQ(result.status, 0) << result.err;
    json document = json::parse(result.out, nullptr, false);
    EXPECT_FALSE(document.is_discarded()) << result.out;
    return document;
  }

  ProgramFolder folder;
};

TEST_F(AccuracyTest, TheExactModelNeverErrsAndErrorsAreDifferences) {
  const json document = accuracy("layer.json", "600");
  EXPECT_EQ(document["agreed"], true);
  EXPECT_EQ(document["buffer_bytes"], 600);
  ASSERT_EQ(document["models"].size(), 10U);
  EXPECT_EQ(document["models"][0]["model"], "exact");
  EXPECT_EQ(document["models"][0]["rows"].size(), document["simulated"]);
  EXPECT_EQ(document["models"][0]["worst_error_bytes"], 0);
  int wrong = 0;
  for (const json& model : document["models"]) {
    size_t refused = 0;
    for (const json& row : model["rows"]) {
      if (row.contains("refused")) {
        ++refused;
        EXPECT_THAT(row["refused"].get<std::string>(),
                    HasSubstr("model " + model["model"].get<std::string>() + ": "));
        continue;
      }
      const json& predicted = row["predicted"];
      const json& observed = row["observed"];
      EXPECT_EQ(row["error"]["input"]["bytes"],
                predicted["input_read"].get<int64_t>() - observed["input_read"].get<int64_t>());
      EXPECT_EQ(row["error"]["total"]["bytes"],
                predicted["total"].get<int64_t>() - observed["total"].get<int64_t>());
      wrong += row["error"]["total"]["bytes"] != 0 ? 1 : 0;
    }
    EXPECT_EQ(model["refused"], refused) << model["model"];
    EXPECT_EQ(model["expressed"], model["rows"].size() - refused) << model["model"];
  }
  EXPECT_GT(wrong, 0) << "some earlier model must err for the case to test anything";
}

TEST_F(AccuracyTest, ChoicesCostNoLessThanTheOptimum) {
  const json document = accuracy("layer.json", "600");
  double worst = 0;
  for (const json& model : document["models"]) {
    if (model["model"] == "exact") {
      EXPECT_FALSE(model.contains("choices"));
      continue;
    }
    ASSERT_EQ(model["choices"].size(), 1U);
    const json& choice = model["choices"][0];
    // The model's own choice is among the rows it predicted, with the bytes it was chosen for.
    const json& row = model["rows"].back();
    EXPECT_EQ(row["schedule_of"], "model");
    EXPECT_EQ(row["schedule"], choice["schedule"]);
    EXPECT_EQ(row["predicted"]["total"], choice["predicted"]) << model["model"];
    EXPECT_EQ(row["observed"]["total"], choice["observed"]);
    EXPECT_GE(choice["observed"], choice["optimizer"]) << model["model"];
    EXPECT_GE(choice["lines_kept"], choice["optimizer"]) << model["model"];
    EXPECT_LE(choice["lines_kept"], choice["observed"]) << model["model"];
    EXPECT_EQ(model["choice_totals"]["observed"], choice["observed"]);
    worst = std::max(worst, choice["ratio"].get<double>());
  }
  EXPECT_GT(worst, 1.0);
}

TEST_F(AccuracyTest, WhatAModelDoesNotKnowIsListedAndCounted) {
  const json document = accuracy("dilated.json", "1KiB");
  for (const json& model : document["models"]) {
    if (model["model"] == "exact") continue;
    EXPECT_EQ(model["expressed"], 0) << model["model"];
    EXPECT_EQ(model["refused"], 1) << model["model"];
    EXPECT_EQ(model["mean_error_percent"], nullptr);
    EXPECT_THAT(model["choices"][0]["refused"].get<std::string>(), HasSubstr("knows no dilation"));
    EXPECT_EQ(model["choice_totals"]["layers"], 0);
  }
  const ProgramResult table =
      folder.run("accuracy --layer dilated.json --buffer 1KiB --cpu native --details");
  EXPECT_EQ(table.status, 0) << table.err;
  EXPECT_THAT(table.out, HasSubstr("dilated  no choice: model zhang2015: knows no dilation"));
  EXPECT_THAT(table.out,
              HasSubstr("Agreed: the exact model predicts every byte of 1 schedule, every output is right."));
}

}  // namespace
}  // namespace hwcvp
