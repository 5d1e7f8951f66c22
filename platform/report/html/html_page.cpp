#include "platform/report/html/html_page.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <string_view>

#include "platform/report/html/embedded_page.h"

namespace hwcvp {

namespace {

// In an element of text.
std::string escaped(std::string_view text) {
  std::string result;
  for (const char c : text) {
    switch (c) {
      case '&':
        result += "&amp;";
        break;
      case '<':
        result += "&lt;";
        break;
      case '>':
        result += "&gt;";
        break;
      default:
        result += c;
    }
  }
  return result;
}

// In a script element, which the first "</script" would end and "<!--" would change: JSON has '<' in strings
// alone, where it may be written by its number. Bytes that are no UTF-8, which a command line may have, are
// replaced.
std::string embedded(const nlohmann::ordered_json& json) {
  const std::string text = json.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
  std::string result;
  result.reserve(text.size());
  for (const char c : text) {
    if (c == '<') {
      result += "\\u003c";
    } else {
      result += c;
    }
  }
  return result;
}

constexpr std::string_view kPage = R"html(<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; img-src data:">
<title>{title}</title>
<style>
{styles}</style>
</head>
<body>
<div id="page"><noscript>This report is drawn by a script that is part of it.</noscript></div>
<script type="application/json" id="data">{data}</script>
<script>
{script}</script>
</body>
</html>
)html";

}  // namespace

std::string html_page(const PageSource& source, const nlohmann::ordered_json& document,
                      const nlohmann::ordered_json& recorded) {
  const nlohmann::ordered_json data = {
      {"command", source.command}, {"title", source.title}, {"command_line", source.command_line},
      {"version", HWCVP_VERSION},  {"document", document},  {"recorded", recorded}};
  return fmt::format(kPage, fmt::arg("title", escaped(source.title)), fmt::arg("styles", page_styles()),
                     fmt::arg("data", embedded(data)), fmt::arg("script", page_script()));
}

}  // namespace hwcvp
