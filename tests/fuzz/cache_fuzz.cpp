// Entries of the cache of solved layers: as they are, and with a checksum that fits, without which next to
// nothing would get past it.
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>

#include "schedules/json/json.h"
#include "schedules/json/parse_json.h"
#include "schedules/optimizer/cache/result_cache.h"
#include "schedules/traffic/bounds.h"
#include "schedules/traffic/exact_predictor.h"
#include "tests/fuzz/fuzz.h"
#include "tests/support/cache_checksum.h"

using namespace hwcvp;

namespace {

namespace fs = std::filesystem;

// A cache with one entry.
class Cache {
 public:
  Cache()
      : folder_(fs::temp_directory_path() / ("hwcvp_cache_fuzz." + std::to_string(getpid()))),
        cache_(folder_.string(), [this](const std::string& line) { fuzz::require_message(line, path_); }) {
    layer_.name = "one";
    layer_.in_channels = 16;
    layer_.out_channels = 24;
    layer_.in_height = layer_.in_width = 9;
    layer_.kernel_shape = {3, 3};
    options_.buffer_bytes = 1500;
    cache_.solve(layer_, options_);
    path_ = fs::directory_iterator(folder_)->path().string();
    question_ = read_json_file(path_).at("question");
  }
  ~Cache() { fs::remove_all(folder_); }

  const nlohmann::json& question() const { return question_; }

  void look(const std::string& entry) {
    std::ofstream(path_, std::ios::binary | std::ios::trunc) << entry;
    const std::optional<OptimizerResult> found = cache_.find(layer_, options_);
    if (!found) return;
    const Prediction predicted = predict_exact(layer_, found->schedule);
    fuzz::require(found->prediction.traffic == predicted.traffic, "the traffic of the schedule");
    fuzz::require(predicted.buffer.total() <= options_.buffer_bytes, "a schedule that fits");
    fuzz::require(
        found->proven_bound >= compulsory_bytes(layer_) && found->proven_bound <= predicted.traffic.total(),
        "a bound between what is compulsory and what is moved");
  }

 private:
  fs::path folder_;
  std::string path_;
  ResultCache cache_;
  Layer layer_;
  OptimizerOptions options_;
  nlohmann::json question_;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  static Cache cache;
  const std::string_view text = fuzz::text_of(data, size);
  cache.look(std::string(text));
  nlohmann::json entry;
  if (!fuzz::taken("entry", [&] { entry = parse_json(text, "entry"); })) return 0;
  if (!entry.is_object() || !entry.contains("answer")) return 0;
  entry["question"] = cache.question();
  entry["checksum"] = cache_checksum(entry["question"], entry["answer"]);
  cache.look(entry.dump());
  return 0;
}
