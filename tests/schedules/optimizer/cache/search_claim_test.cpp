// Claims between processes and within one.
#include "schedules/optimizer/cache/search_claim.h"

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <memory>

namespace hwcvp {
namespace {

using State = SearchClaim::State;

class SearchClaimTest : public testing::Test {
 protected:
  ~SearchClaimTest() override { std::filesystem::remove(file); }
  const std::string file =
      (std::filesystem::temp_directory_path() / ("search_claim_test." + std::to_string(getpid()))).string();
};

TEST_F(SearchClaimTest, OneHoldsItAtATime) {
  auto first = std::make_unique<SearchClaim>(file, 7);
  EXPECT_EQ(first->state(), State::held);
  EXPECT_EQ(SearchClaim(file, 7).state(), State::taken);
  EXPECT_EQ(SearchClaim(file, 8).state(), State::held) << "another search";
  EXPECT_EQ(SearchClaim(file, 7).state(), State::taken) << "an attempt must not end the claim";
  first.reset();
  EXPECT_EQ(SearchClaim(file, 7).state(), State::held);
}

TEST_F(SearchClaimTest, EndsWithTheProcess) {
  int ready[2];
  ASSERT_EQ(pipe(ready), 0);
  const pid_t child = fork();
  ASSERT_GE(child, 0);
  if (child == 0) {
    const SearchClaim claim(file, (int64_t{1} << 62) - 1);
    const char held = claim.state() == State::held ? 'h' : 'n';
    if (write(ready[1], &held, 1) != 1) _exit(1);
    pause();
    _exit(0);
  }
  char held = 0;
  ASSERT_EQ(read(ready[0], &held, 1), 1);
  EXPECT_EQ(held, 'h');
  EXPECT_EQ(SearchClaim(file, (int64_t{1} << 62) - 1).state(), State::taken);
  kill(child, SIGKILL);
  waitpid(child, nullptr, 0);
  EXPECT_EQ(SearchClaim(file, (int64_t{1} << 62) - 1).state(), State::held);
  close(ready[0]);
  close(ready[1]);
}

TEST_F(SearchClaimTest, SaysWhereItCannotLock) {
  EXPECT_EQ(SearchClaim("/nonexistent/claims", 1).state(), State::failed);
}

}  // namespace
}  // namespace hwcvp
