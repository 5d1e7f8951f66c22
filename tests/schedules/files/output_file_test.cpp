// Files take their names when they are complete, and nothing is left of others.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "schedules/files/output_file.h"
#include "schedules/workload/error.h"
#include "tests/support/program/program.h"

namespace hwcvp {
namespace {

namespace fs = std::filesystem;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

class OutputFileTest : public ::testing::Test {
 protected:
  ProgramFolder folder;
  const std::string path = folder.path("t.csv").string();
};

TEST_F(OutputFileTest, TakesItsNameAtTheEnd) {
  {
    OutputFile file(path);
    std::string expected;
    for (int i = 0; i < 100000; ++i) {
      const std::string text = std::to_string(i) + ',';
      file.append(text.data(), text.size());
      *file.reserve() = '\n';
      file.end(file.reserve() + 1);
      expected += text + '\n';
    }
    EXPECT_EQ(file.offset(), expected.size());
    EXPECT_FALSE(fs::exists(path));
    file.commit();
    EXPECT_EQ(folder.read("t.csv"), expected);
  }
  EXPECT_TRUE(fs::exists(path));
  EXPECT_EQ(std::distance(fs::directory_iterator(folder.path("")), fs::directory_iterator{}), 1);
}

TEST_F(OutputFileTest, DisappearsWhenItIsNotComplete) {
  folder.write("t.csv", "the one before");
  { OutputFile(path).append("x", 1); }
  EXPECT_EQ(folder.read("t.csv"), "the one before");
  EXPECT_EQ(std::distance(fs::directory_iterator(folder.path("")), fs::directory_iterator{}), 1);
}

TEST_F(OutputFileTest, MayBeKeptUnderAnotherName) {
  {
    OutputFile file(path);
    file.append("x", 1);
    const std::string name = file.keep_partial();
    EXPECT_EQ(name, fs::canonical(path + ".partial").string());
  }
  EXPECT_FALSE(fs::exists(path));
  EXPECT_EQ(folder.read("t.csv.partial"), "x");
}

TEST_F(OutputFileTest, FollowsLinks) {
  fs::create_symlink("elsewhere", path);
  folder.write("elsewhere", "old");
  OutputFile file(path);
  file.append("new", 3);
  file.commit();
  EXPECT_TRUE(fs::is_symlink(path));
  EXPECT_EQ(folder.read("elsewhere"), "new");
}

TEST_F(OutputFileTest, FollowsLinksToWhatIsNotThereYet) {
  fs::create_directory(folder.path("sub"));
  fs::create_symlink("other", path);
  fs::create_symlink("sub/new", folder.path("other"));
  write_file(path, "new");
  EXPECT_TRUE(fs::is_symlink(path));
  EXPECT_EQ(folder.read("sub/new"), "new");
}

TEST_F(OutputFileTest, AFileThatCannotBeMadeIsRefused) {
  const auto refusal = [](const std::string& name) -> std::string {
    try {
      const OutputFile file(name);
    } catch (const InputError& error) {
      return error.what();
    }
    return "";
  };
  EXPECT_THAT(refusal(folder.path("none/t.csv").string()),
              HasSubstr("none/t.csv: cannot be written: No such"));
  EXPECT_THAT(refusal(folder.path("").string()), HasSubstr("expected a file, found a folder"));
}

TEST_F(OutputFileTest, AFailedWriteIsToldLater) {
  fs::create_symlink("/dev/full", path);
  OutputFile file(path);
  const std::string text(1 << 20, 'x');
  file.append(text.data(), text.size());  // fails, and does not throw
  try {
    file.check();
    ADD_FAILURE();
  } catch (const std::runtime_error& error) {
    EXPECT_THAT(error.what(), HasSubstr("t.csv: writing failed: No space left on device"));
  }
  EXPECT_THROW(file.commit(), std::runtime_error);
}

TEST_F(OutputFileTest, WhatIsBufferedMayFailAtTheEnd) {
  fs::create_symlink("/dev/full", path);
  OutputFile file(path);
  file.append("x", 1);
  EXPECT_NO_THROW(file.check());
  EXPECT_THROW(file.commit(), std::runtime_error);
}

// The temporary files in the folder.
std::vector<std::string> temporaries(const ProgramFolder& folder) {
  std::vector<std::string> names;
  for (const fs::directory_entry& entry : fs::directory_iterator(folder.path(""))) {
    const std::string name = entry.path().filename().string();
    if (name.find(".tmp") != std::string::npos) names.push_back(name);
  }
  return names;
}

// In another process, so that its locks and its signals are its own.
template <typename Action>
pid_t in_child(const Action& action) {
  const pid_t child = fork();
  if (child == 0) {
    action();
    _exit(0);
  }
  return child;
}

int wait_for(pid_t child) {
  int status = 0;
  waitpid(child, &status, 0);
  return status;
}

TEST_F(OutputFileTest, TwoWritersOfOneNameDoNotMix) {
  OutputFile first(path);
  OutputFile second(path);
  for (int i = 0; i < 100000; ++i) {
    first.append("first\n", 6);
    second.append("second\n", 7);
  }
  EXPECT_EQ(temporaries(folder).size(), 2U);
  second.commit();
  EXPECT_EQ(folder.read("t.csv").size(), 700000U);
  first.commit();
  EXPECT_EQ(folder.read("t.csv").size(), 600000U);
  EXPECT_EQ(folder.read("t.csv").find("second"), std::string::npos);
  EXPECT_THAT(temporaries(folder), IsEmpty());
}

TEST_F(OutputFileTest, AFullDiskLeavesTheFileThatWasThere) {
  folder.write("t.csv", "the one before");
  const int status = wait_for(in_child([this] {
    const rlimit limit = {1000, 1000};
    setrlimit(RLIMIT_FSIZE, &limit);
    std::signal(SIGXFSZ, SIG_IGN);
    try {
      write_file(path, std::string(5000, 'x'));
    } catch (const InputError&) {
      _exit(2);
    } catch (const std::runtime_error& error) {
      _exit(std::string(error.what()) == path + ": writing failed: File too large" ? 3 : 4);
    }
  }));
  EXPECT_EQ(WEXITSTATUS(status), 3);
  EXPECT_EQ(folder.read("t.csv"), "the one before");
  EXPECT_THAT(temporaries(folder), IsEmpty());
}

TEST_F(OutputFileTest, PermissionsStay) {
  folder.write("t.csv", "the one before");
  fs::permissions(path, fs::perms::owner_read | fs::perms::owner_write);
  write_file(path, "new");
  EXPECT_EQ(fs::status(path).permissions(), fs::perms::owner_read | fs::perms::owner_write);
  const mode_t before = umask(027);
  write_file(folder.path("u.csv").string(), "new");
  umask(before);
  EXPECT_EQ(fs::status(folder.path("u.csv")).permissions(), fs::perms(0640));
}

TEST_F(OutputFileTest, TheLongestNameCanBeWritten) {
  const std::string name(255, 'n');
  write_file(folder.path(name).string(), "text");
  EXPECT_EQ(folder.read(name), "text");
}

TEST_F(OutputFileTest, WhatAKilledProcessLeftIsRemovedByTheNextOne) {
  wait_for(in_child([this] {
    OutputFile file(path);
    file.append("x", 1);
    raise(SIGKILL);
  }));
  ASSERT_THAT(temporaries(folder), SizeIs(1));
  folder.write("t.csv.tmp", "of somebody else");
  write_file(folder.path("u.csv").string(), "text");
  EXPECT_THAT(temporaries(folder), ElementsAre("t.csv.tmp"));
}

TEST_F(OutputFileTest, WhatALivingProcessWritesStays) {
  int made[2];
  int go_on[2];
  ASSERT_EQ(pipe(made), 0);
  ASSERT_EQ(pipe(go_on), 0);
  char byte = 0;
  const pid_t child = in_child([&] {
    OutputFile file(path);
    file.append("whole", 5);
    if (write(made[1], "x", 1) != 1 || read(go_on[0], &byte, 1) != 1) _exit(1);
    file.commit();
  });
  ASSERT_EQ(read(made[0], &byte, 1), 1);
  write_file(folder.path("u.csv").string(), "text");
  EXPECT_THAT(temporaries(folder), SizeIs(1));
  ASSERT_EQ(write(go_on[1], "x", 1), 1);
  EXPECT_EQ(wait_for(child), 0);
  EXPECT_EQ(folder.read("t.csv"), "whole");
  EXPECT_THAT(temporaries(folder), IsEmpty());
}

TEST_F(OutputFileTest, NothingIsLeftWhenASignalEndsTheProcess) {
  wait_for(in_child([this] {
    OutputFile first(path);
    OutputFile second(folder.path("u.csv").string());
    second.commit();
    std::signal(SIGTERM, [](int number) {
      remove_temporary_files_in_handler();
      std::signal(number, SIG_DFL);
      raise(number);
    });
    raise(SIGTERM);
  }));
  EXPECT_THAT(temporaries(folder), IsEmpty());
  EXPECT_TRUE(fs::exists(folder.path("u.csv"))) << "that was whole";
}

// Threads that make files one after the other, in a process that ends without waiting for them.
TEST_F(OutputFileTest, NothingIsLeftWhenTheProcessEndsAmidWrites) {
  for (int i = 0; i < 20; ++i) {
    const int status = wait_for(in_child([this] {
      for (int number = 0; number < 4; ++number) {
        std::thread([this, number] {
          const std::string name = folder.path(std::to_string(number)).string();
          try {
            for (;;) write_file(name, std::string(300000, 'x'));
          } catch (const std::runtime_error&) {  // the temporary file has gone
            for (;;) pause();
          }
        }).detach();
      }
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
      remove_temporary_files();
    }));
    EXPECT_EQ(status, 0);
    EXPECT_THAT(temporaries(folder), IsEmpty());
  }
  for (const char* name : {"0", "1", "2", "3"}) {
    if (!fs::exists(folder.path(name))) continue;
    EXPECT_EQ(folder.read(name).size(), 300000U) << "whole or not there";
  }
}

}  // namespace
}  // namespace hwcvp
