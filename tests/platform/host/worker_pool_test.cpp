#include "platform/host/worker_pool.h"

#include <gtest/gtest.h>

#include <stdexcept>
#include <thread>

namespace hwcvp {
namespace {

TEST(WorkerPoolTest, WithoutThreadsTasksRunInSubmit) {
  WorkerPool pool(0);
  auto future = pool.submit([] { return std::this_thread::get_id(); });
  ASSERT_EQ(future.wait_for(std::chrono::seconds(0)), std::future_status::ready);
  EXPECT_EQ(future.get(), std::this_thread::get_id());
}

TEST(WorkerPoolTest, HandsOutEveryResult) {
  WorkerPool pool(3);
  std::vector<std::future<int>> futures;
  for (int i = 0; i < 100; ++i) futures.push_back(pool.submit([i] { return i * i; }));
  for (int i = 0; i < 100; ++i) EXPECT_EQ(futures[static_cast<size_t>(i)].get(), i * i);
}

TEST(WorkerPoolTest, HandsOutExceptions) {
  WorkerPool pool(1);
  auto future = pool.submit([]() -> int { throw std::runtime_error("no schedule"); });
  EXPECT_THROW(future.get(), std::runtime_error);
  EXPECT_EQ(pool.submit([] { return 7; }).get(), 7) << "the thread must outlive a task that throws";
}

}  // namespace
}  // namespace hwcvp
