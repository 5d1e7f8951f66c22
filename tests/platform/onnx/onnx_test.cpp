#include "tests/platform/onnx/onnx_test.h"

#include "schedules/workload/error.h"

namespace hwcvp {

std::string OnnxTest::refusal(const std::string& bytes, const OnnxOptions& options) {
  std::string message = "not refused";
  try {
    read(bytes, options);
  } catch (const InputError& error) {
    message = error.what();
  }
  const std::string prefix = folder.path("").string();
  for (size_t at = message.find(prefix); at != std::string::npos; at = message.find(prefix)) {
    message.erase(at, prefix.size());
  }
  EXPECT_EQ(message.find('\n'), std::string::npos) << message;
  return message;
}

}  // namespace hwcvp
