#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <sstream>

#include "platform/reference/convolution.h"
#include "platform/reference/output_check.h"
#include "platform/report/format.h"
#include "platform/report/run_report.h"
#include "platform/report/schedule_text.h"
#include "platform/report/table.h"

namespace hwcvp {
namespace {

TEST(FormatTest, GroupsDigits) {
  EXPECT_EQ(grouped(0), "0");
  EXPECT_EQ(grouped(999), "999");
  EXPECT_EQ(grouped(1000), "1,000");
  EXPECT_EQ(grouped(1234567), "1,234,567");
  EXPECT_EQ(grouped(-1234), "-1,234");
  EXPECT_EQ(grouped(-123), "-123");
}

TEST(FormatTest, ShowsBytesWithUnits) {
  EXPECT_EQ(bytes_text(0), "0 B");
  EXPECT_EQ(bytes_text(1023), "1023 B");
  EXPECT_EQ(bytes_text(65536), "64 KiB");
  EXPECT_EQ(bytes_text(1500000), "1.43 MiB");
  EXPECT_EQ(bytes_text(int64_t{1} << 62), "4096 PiB");
}

TEST(FormatTest, ShowsDurations) {
  EXPECT_EQ(duration_text(0.00424), "4.2 ms");
  EXPECT_EQ(duration_text(0.4249), "425 ms");
  EXPECT_EQ(duration_text(1.424), "1.42 s");
  EXPECT_EQ(duration_text(185), "3 min 05 s");
  EXPECT_EQ(duration_text(3660), "1 h 01 min");
}

TEST(TableTest, AlignsColumns) {
  Table table({{"layer", Table::Align::left}, {"bytes"}});
  table.add({"a", "1"});
  table.add({"conv10", "1,000"});
  table.add_rule();
  table.add({"total"});
  std::ostringstream out;
  table.print(out);
  EXPECT_EQ(out.str(),
            "layer   bytes\n"
            "-------------\n"
            "a           1\n"
            "conv10  1,000\n"
            "-------------\n"
            "total\n");
}

TEST(ScheduleTextTest, ShowsLoopsAndBuffers) {
  Schedule schedule;
  schedule.loops = {{Dim::K, 64}, {Dim::OY, 7}, {Dim::C, 16}};
  schedule.buffer_level = {2, 3, 0};
  schedule.double_buffer = {true, false, false};
  EXPECT_EQ(summary_text(schedule), "[o] K:64 OY:7 [2xi] C:16 [w]");
  schedule.input_reuse = InputReuse::reload;
  EXPECT_EQ(summary_text(schedule), "[o] K:64 OY:7 [2xi] C:16 [w] reload");
  EXPECT_EQ(summary_text(Schedule{}), "[i w o]");
}

RunReport two_layers() {
  RunReport report;
  report.layers.resize(2);
  for (LayerReport& layer : report.layers) {
    layer.predicted.traffic.input_read = layer.observed.traffic.input_read = 100;
    layer.observed.cycles = 10;
    layer.output.emplace().crc32 = 0xab;
  }
  return report;
}

TEST(OutputCheckTest, FindsOneWrongElement) {
  Layer layer;
  layer.in_channels = 2;
  layer.in_height = layer.in_width = 3;
  layer.out_channels = 4;
  const LayerTensors tensors = random_tensors(layer, 1);
  HostTensor output = reference_convolution(layer, tensors.input, tensors.weights, tensors.params).output;
  EXPECT_TRUE(check_output(layer, tensors, false, output).verified());
  const uint32_t crc32 = output.crc32();
  output.bytes()[17] ^= 1;
  const OutputCheck check = check_output(layer, tensors, false, output);
  EXPECT_EQ(check.mismatches, 1);
  EXPECT_EQ(check.first_mismatch, 17);
  EXPECT_NE(check.crc32, crc32);
}

TEST(RunReportTest, AgreesOnlyWhereEverythingDoes) {
  EXPECT_TRUE(two_layers().agreed());
  RunReport wrong_bytes = two_layers();
  wrong_bytes.layers[1].observed.traffic.psum_write = 1;
  EXPECT_FALSE(wrong_bytes.agreed());
  RunReport wrong_output = two_layers();
  wrong_output.layers[0].output->mismatches = 1;
  EXPECT_FALSE(wrong_output.agreed());
  RunReport without_data = two_layers();
  without_data.layers[0].output.reset();
  EXPECT_TRUE(without_data.agreed()) << "nothing is known to be wrong";
}

TEST(RunReportTest, TotalsAndDisagreementsAreInTheDocument) {
  RunReport report = two_layers();
  report.layers[1].observed.traffic.input_read = 101;
  report.layers[1].output->mismatches = 3;
  const nlohmann::ordered_json document = to_json(report);
  EXPECT_EQ(document["layers"][0]["match"], true);
  EXPECT_EQ(document["layers"][1]["match"], false);
  EXPECT_EQ(document["layers"][1]["output"]["verified"], false);
  EXPECT_EQ(document["layers"][0]["output"]["crc32"], "000000ab");
  EXPECT_EQ(document["totals"]["predicted"]["traffic"]["total"], 200);
  EXPECT_EQ(document["totals"]["observed"]["traffic"]["total"], 201);
  EXPECT_EQ(document["totals"]["observed"]["cycles"], 20);
  EXPECT_EQ(document["totals"]["match"], false);
  EXPECT_EQ(document["totals"]["verified"], false);
  EXPECT_EQ(document["totals"]["mismatches"], 3);
}

}  // namespace
}  // namespace hwcvp
