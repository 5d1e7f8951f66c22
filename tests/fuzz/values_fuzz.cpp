// Values on the command line.
#include "platform/cli/values.h"
#include "schedules/bursts/tensor_layout.h"
#include "tests/fuzz/fuzz.h"

using namespace hwcvp;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string text(fuzz::text_of(data, size));
  const std::string option = "--option";
  fuzz::taken(option, [&] { fuzz::require(parse_size(text, option) >= 1, "a size of at least 1"); });
  fuzz::taken(option, [&] {
    int64_t last = 0;
    for (const int64_t bytes : parse_sizes(text, option)) {
      fuzz::require(bytes > last, "sizes in ascending order, each once");
      last = bytes;
    }
    fuzz::require(last > 0, "at least one size");
  });
  fuzz::taken(option, [&] {
    const uint64_t value = parse_integer(text, option, 3, 1024);
    fuzz::require(value >= 3 && value <= 1024, "an integer in range");
  });
  fuzz::taken(option, [&] { fuzz::require(parse_seconds(text, option) > 0, "seconds above 0"); });
  fuzz::taken(option, [&] { parse_picoseconds(text, option); });
  fuzz::taken(option, [&] {
    for (const std::string& part : parse_list(text, option)) fuzz::require(!part.empty(), "no empty parts");
  });
  fuzz::taken(option, [&] {
    const TensorLayout layout = parse_layout(text, option);
    fuzz::require(to_string(layout) == text, "the layout as it was written");
  });
  return 0;
}
