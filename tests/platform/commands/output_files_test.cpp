// What the program writes: never half, and never over what it reads.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "tests/support/program/program.h"

namespace hwcvp {
namespace {

namespace fs = std::filesystem;
using ::testing::AllOf;
using ::testing::EndsWith;
using ::testing::HasSubstr;

constexpr const char* kRun = "run --layer layer.json --schedule schedule.json --cpu native ";
constexpr const char* kOptimize = "optimize --layer layer.json --buffer 4KiB ";

class OutputFilesTest : public ::testing::Test {
 protected:
  OutputFilesTest() {
    folder.write("layer.json", R"({"name": "small", "in_channels": 4, "in_height": 32, "in_width": 32,
                                   "out_channels": 8, "kernel_shape": [3, 3]})");
    folder.write("schedule.json", R"({"loops": [{"dim": "K", "tile": 2}],
                                      "buffer_level": {"input": 0, "weight": 1, "output": 1}})");
  }

  void expect_refused(const std::string& arguments, const std::string& message) {
    const std::string before = folder.shell("ls -lR --time-style=full-iso | grep -v std").out;
    const ProgramResult result = folder.run(arguments);
    EXPECT_EQ(result.status, 2) << arguments << '\n' << result.err;
    EXPECT_EQ(result.out, "") << arguments;
    EXPECT_EQ(result.err, "hwcvp: " + message + "\n") << arguments;
    EXPECT_EQ(folder.shell("ls -lR --time-style=full-iso | grep -v std").out, before) << "nothing was begun";
  }

  ProgramFolder folder;
};

TEST_F(OutputFilesTest, ReportsAreFilesLikeOthers) {
  fs::create_directory(folder.path("sub"));
  expect_refused(std::string(kRun) + "--report sub/../layer.json",
                 "--report: sub/../layer.json: expected another file than that of --layer, which is read");
  expect_refused(std::string(kRun) + "--output out --report ./out",
                 "--report: ./out: expected another file than that of --output, which is written, too");
  expect_refused(std::string(kRun) + "--report sub", "--report: sub: expected a file, found a folder");
  expect_refused(std::string(kRun) + "--report none/page.html",
                 "none/page.html: cannot be written: No such file or directory");
  for (const std::string command :
       {kOptimize, "sweep --layer layer.json --buffers 4KiB ", "compare --layer layer.json --buffer 4KiB ",
        "accuracy --layer layer.json --buffer 4KiB "}) {
    expect_refused(command + "--report layer.json",
                   "--report: layer.json: expected another file than that of --layer, which is read");
    expect_refused(command + "--report none/page.html",
                   "none/page.html: cannot be written: No such file or directory");
  }
  folder.write("page.html", "of before");
  EXPECT_EQ(folder.run(std::string(kRun) + "--report page.html --max-time 0.000001").status, 3);
  EXPECT_EQ(folder.read("page.html"), "of before");
  ASSERT_EQ(folder.run(std::string(kRun) + "--report page.html").status, 0);
  EXPECT_THAT(folder.read("page.html"),
              AllOf(HasSubstr("<title>hwcvp run: layer.json</title>"), EndsWith("</html>\n")));
}

TEST_F(OutputFilesTest, NothingIsWrittenOverWhatIsRead) {
  fs::create_symlink("layer.json", folder.path("link.csv"));
  fs::create_directory(folder.path("sub"));
  ASSERT_EQ(folder.run(std::string(kRun) + "--output tensor.npy").status, 0);
  folder.write("p.json", "{}");
  folder.write("c.json", "{}");
  const struct {
    std::string arguments;
    std::string message;
  } kCases[] = {
      {std::string(kRun) + "--bandwidth link.csv",
       "--bandwidth: link.csv: expected another file than that of --layer"},
      {std::string(kRun) + "--output sub/../schedule.json",
       "--output: sub/../schedule.json: expected another file than that of --schedule"},
      {std::string(kRun) + "--bias tensor.npy --output ./tensor.npy",
       "--output: ./tensor.npy: expected another file than that of --bias"},
      {std::string(kRun) + "--platform p.json --output p.json",
       "--output: p.json: expected another file than that of --platform"},
      {"run --layer layer.json --constraints c.json --bandwidth c.json",
       "--bandwidth: c.json: expected another file than that of --constraints"},
  };
  for (const auto& [arguments, message] : kCases) expect_refused(arguments, message + ", which is read");

  fs::rename(folder.path("layer.json"), folder.path("small.layer.json"));
  expect_refused(
      "optimize --layer small.layer.json --buffer 4KiB --output-dir .",
      "--output-dir: ./small.layer.json: expected another file than that of --layer, which is read");
  expect_refused(
      "run --layer small.layer.json --schedule schedule.json --input small.output.npy --cpu native "
      "--output-dir .",
      "--output-dir: ./small.output.npy: expected another file than that of --input, which is read");
  // A schedule in the folder is what would be written there: it is left as it is.
  fs::rename(folder.path("schedule.json"), folder.path("small.schedule.json"));
  const std::string schedule = folder.read("small.schedule.json");
  const ProgramResult run = folder.run(
      "run --layer small.layer.json --schedule small.schedule.json --cpu native --timing-only --output-dir "
      ".");
  EXPECT_EQ(run.status, 0) << run.err;
  EXPECT_EQ(folder.read("small.schedule.json"), schedule);
}

TEST_F(OutputFilesTest, TwoThingsAreNotWrittenToOneFile) {
  const std::string run = kRun;
  expect_refused(run + "--trace t.csv --bandwidth t.csv",
                 "--bandwidth: t.csv: expected another file than that of --trace, which is written, too");
  fs::create_symlink("absent", folder.path("a.csv"));
  fs::create_symlink("absent", folder.path("b.csv"));
  expect_refused(run + "--trace a.csv --bandwidth b.csv",
                 "--bandwidth: b.csv: expected another file than that of --trace, which is written, too");
  expect_refused(run + "--output d/small.output.npy --output-dir d",
                 "--output: " + fs::canonical(folder.path("")).string() + "/d: expected an existing folder");
  expect_refused(
      run + "--output small.output.npy --output-dir .",
      "--output-dir: ./small.output.npy: expected another file than that of --output, which is written, too");
  expect_refused(
      run + "--output ./report.json --output-dir .",
      "--output-dir: ./report.json: expected another file than that of --output, which is written, too");
  expect_refused(run + "--trace d.csv --output-dir d.csv",
                 "--trace: d.csv: expected another file than that of --output-dir, which is read");
  const ProgramResult redirected = folder.shell("'" HWCVP_PROGRAM "' " + run + "--trace t.csv > t.csv");
  EXPECT_EQ(redirected.status, 2);
  EXPECT_THAT(redirected.err,
              HasSubstr("expected another file than that of standard output, which is written"));
  EXPECT_EQ(folder.run(run + "--trace t.csv --bandwidth /dev/null --output /dev/null").status, 0);
}

TEST_F(OutputFilesTest, ATraceIsNotConvertedIntoItself) {
  ASSERT_EQ(folder.run(std::string(kRun) + "--trace t.hwctrace").status, 0);
  expect_refused("trace convert t.hwctrace ./t.hwctrace",
                 "OUT: ./t.hwctrace: expected another file than that of IN, which is read");
}

TEST_F(OutputFilesTest, FoldersAreRefusedBeforeTheRun) {
  fs::create_directory(folder.path("d"));
  expect_refused(std::string(kRun) + "--output d", "--output: d: expected a file, found a folder");
}

// A limit on the size of files stands in for a disk that fills up midway; without care its signal would end
// the program.
TEST_F(OutputFilesTest, AFullDiskLeavesWhatWasThere) {
  const struct {
    std::string options;
    std::string file;
  } kCases[] = {{"--output o.npy", "o.npy"},
                {"--trace t.csv", "t.csv"},
                {"--trace t.vcd", "t.vcd"},
                {"--bandwidth b.csv --set monitor.window_ns=100", "b.csv"},
                {"--output-dir d", "d/small.output.npy"},
                {"--output-dir d --timing-only", "d/report.json"}};
  for (const auto& [options, file] : kCases) {
    fs::create_directories(folder.path("d"));
    folder.write(file, "the one before");
    const ProgramResult result =
        folder.shell("ulimit -f 1; '" HWCVP_PROGRAM "' " + std::string(kRun) + options);
    EXPECT_EQ(result.status, 3) << options << '\n' << result.err;
    EXPECT_THAT(result.err, EndsWith("hwcvp: " + file + ": writing failed: File too large\n"));
    EXPECT_EQ(folder.read(file), "the one before");
    EXPECT_EQ(folder.shell("find . -name '*.tmp'").out, "") << options;
  }
}

TEST_F(OutputFilesTest, AFullDiskUnderTheCacheIsAWarning) {
  const ProgramResult result =
      folder.shell("ulimit -f 1; '" HWCVP_PROGRAM "' " + std::string(kOptimize) + "--cache c > /dev/null");
  EXPECT_EQ(result.status, 0) << result.err;
  EXPECT_THAT(result.err, HasSubstr(".json: writing failed: File too large"));
  EXPECT_EQ(folder.shell("ls c | grep -v claims").out, "");
}

}  // namespace
}  // namespace hwcvp
