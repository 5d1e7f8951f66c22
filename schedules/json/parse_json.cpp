#include "schedules/json/parse_json.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <set>
#include <utility>
#include <vector>

#include "schedules/workload/error.h"
#include "schedules/workload/shown_text.h"

namespace hwcvp {

namespace {

using nlohmann::json;

// Follows the parser through the text: refuses what JSON leaves open and most readers hide, the same key
// twice in one object, and knows where the parser is.
class Position {
 public:
  explicit Position(std::string where) : where_(std::move(where)) {}

  bool operator()(json::parse_event_t event, const json& parsed) {
    switch (event) {
      case json::parse_event_t::object_start:
      case json::parse_event_t::array_start:
        if (levels_.size() == kMostJsonDepth) {
          fail(fmt::format("expected at most {} levels of objects and arrays, found more", kMostJsonDepth));
        }
        levels_.push_back({event == json::parse_event_t::array_start, 0, "", {}});
        break;
      case json::parse_event_t::object_end:
      case json::parse_event_t::array_end:
        levels_.pop_back();
        end_value();
        break;
      case json::parse_event_t::key:
        levels_.back().key = parsed.get_ref<const std::string&>();
        if (!levels_.back().keys.insert(levels_.back().key).second) {
          throw InputError(
              fmt::format("{}: \"{}\": expected each key once", where_, shown(levels_.back().key)));
        }
        break;
      case json::parse_event_t::value:
        end_value();
        break;
    }
    return true;
  }

  // Throws InputError about the value under way, such as loops[2].tile.
  [[noreturn]] void fail(const std::string& problem) const {
    std::string path;
    for (const Level& level : levels_) {
      path += level.is_array ? fmt::format("[{}]", level.index) : (path.empty() ? "" : ".") + level.key;
    }
    throw InputError(fmt::format("{}: {}{}", where_, path.empty() ? path : shown(path) + ": ", problem));
  }

 private:
  struct Level {
    bool is_array;
    size_t index;                // of the value in the array
    std::string key;             // of the value in the object
    std::set<std::string> keys;  // of the object so far
  };

  void end_value() {
    if (!levels_.empty() && levels_.back().is_array) ++levels_.back().index;
  }

  const std::string where_;
  std::vector<Level> levels_;
};

}  // namespace

json parse_json(std::string_view text, const std::string& where) {
  constexpr size_t kMostReason = 200;
  Position position(where);
  const auto follow = [&position](int /*depth*/, json::parse_event_t event, const json& parsed) {
    return position(event, parsed);
  };
  try {
    return json::parse(text, follow);
  } catch (const json::parse_error& error) {
    // Keep nlohmann's place and reason, not its error numbers.
    const std::string reason = error.what();
    const size_t place = reason.find("line ");
    throw InputError(where + ": not JSON: " +
                     shown(place == std::string::npos ? reason : reason.substr(place), kMostReason));
  } catch (const json::out_of_range&) {
    position.fail("expected a number between -1.8e308 and 1.8e308, found one outside");
  }
}

}  // namespace hwcvp
