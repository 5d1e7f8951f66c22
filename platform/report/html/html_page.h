// Reports as web pages.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

namespace hwcvp {

// What a page shows, and where it comes from.
struct PageSource {
  std::string command;       // "run": decides how the document is drawn
  std::string title;         // for people
  std::string command_line;  // that gave it
};

// A page that is whole in itself: styles, script and data are in it, and it asks for nothing from elsewhere.
// Its script draws `document`, which is what the command prints with --json. `recorded` has what is shown
// beside it and is in no document; null for nothing. Names in either are data and never become markup.
std::string html_page(const PageSource& source, const nlohmann::ordered_json& document,
                      const nlohmann::ordered_json& recorded);

}  // namespace hwcvp
