#include "schedules/json/parse_json.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>
#include <utility>
#include <vector>

#include "schedules/workload/error.h"
#include "schedules/workload/shown_text.h"

namespace hwcvp {

namespace {

using nlohmann::json;

// Goes through the text before a document is made of it: refuses what the limits do not allow, and what JSON
// leaves open and most readers hide, the same key twice in one object. nlohmann's parser with a callback
// would do, but takes a time that is quadratic in the objects of a list.
class Check : public nlohmann::json_sax<json> {
 public:
  explicit Check(std::string where) : where_(std::move(where)) {}

  bool null() override { return end_value(); }
  bool boolean(bool /*value*/) override { return end_value(); }
  bool number_integer(int64_t /*value*/) override { return end_value(); }
  bool number_unsigned(uint64_t /*value*/) override { return end_value(); }
  bool number_float(double /*value*/, const std::string& /*text*/) override { return end_value(); }
  bool string(std::string& /*value*/) override { return end_value(); }
  bool binary(json::binary_t& /*value*/) override { return end_value(); }
  bool start_object(size_t /*size*/) override { return begin(false); }
  bool start_array(size_t /*size*/) override { return begin(true); }
  bool end_object() override { return end(); }
  bool end_array() override { return end(); }

  bool key(std::string& value) override {
    Level& object = levels_.back();
    object.key = value;
    if (!object.keys.insert(value).second) {
      throw InputError(fmt::format("{}: \"{}\": expected each key once", where_, shown(value)));
    }
    return true;
  }

  bool parse_error(size_t /*position*/, const std::string& /*token*/, const json::exception& error) override {
    if (dynamic_cast<const json::out_of_range*>(&error) != nullptr) {
      fail("expected a number between -1.8e308 and 1.8e308, found one outside");
    }
    // Keep nlohmann's place and reason, not its error numbers.
    constexpr size_t kMostReason = 200;
    const std::string reason = error.what();
    const size_t place = reason.find("line ");
    throw InputError(where_ + ": not JSON: " +
                     shown(place == std::string::npos ? reason : reason.substr(place), kMostReason));
  }

 private:
  // Throws InputError about the value under way, such as loops[2].tile, or about one of those around it.
  [[noreturn]] void fail(const std::string& problem, size_t most_levels = kMostJsonDepth) const {
    std::string path;
    for (size_t i = 0; i < std::min(levels_.size(), most_levels); ++i) {
      const Level& level = levels_[i];
      path += level.is_array ? fmt::format("[{}]", level.index) : (path.empty() ? "" : ".") + level.key;
    }
    throw InputError(fmt::format("{}: {}{}", where_, path.empty() ? path : shown(path) + ": ", problem));
  }

  struct Level {
    bool is_array;
    size_t index;                // of the value in the array
    std::string key;             // of the value in the object
    std::set<std::string> keys;  // of the object so far
  };

  bool begin(bool is_array) {
    if (levels_.size() == kMostJsonDepth) {
      fail(fmt::format("expected at most {} levels of objects and arrays, found more", kMostJsonDepth), 1);
    }
    levels_.push_back({is_array, 0, "", {}});
    return true;
  }

  bool end() {
    levels_.pop_back();
    return end_value();
  }

  bool end_value() {
    if (!levels_.empty() && levels_.back().is_array) ++levels_.back().index;
    return true;
  }

  const std::string where_;
  std::vector<Level> levels_;
};

}  // namespace

json parse_json(std::string_view text, const std::string& where) {
  Check check(where);
  json::sax_parse(text, &check);
  return json::parse(text);
}

}  // namespace hwcvp
