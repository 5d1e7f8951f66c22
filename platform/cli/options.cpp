#include "platform/cli/options.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/program_options.hpp>
#include <iostream>
#include <nlohmann/json.hpp>
#include <sstream>
#include <utility>

#include "platform/cli/values.h"
#include "schedules/workload/closest_name.h"
#include "schedules/workload/error.h"
#include "schedules/workload/shown_text.h"

namespace hwcvp {

namespace po = boost::program_options;

namespace {

constexpr const char* kAllChoices = "all";

// As the library wants them.
template <typename Declared>
po::options_description described(const std::vector<Declared>& options) {
  constexpr unsigned kColumns = 110;  // of help
  po::options_description result("Options", kColumns);
  for (const Declared& option : options) {
    const char* const name = option.name.c_str();
    const char* const description = option.description.c_str();
    const char* const value = option.value.c_str();
    switch (option.kind) {
      case Declared::Kind::flag:
        result.add_options()(name, description);
        break;
      case Declared::Kind::value:
      case Declared::Kind::choices:
        result.add_options()(name, po::value<std::string>()->value_name(value), description);
        break;
      case Declared::Kind::list:
        result.add_options()(name, po::value<std::vector<std::string>>()->value_name(value), description);
        break;
    }
  }
  return result;
}

// Gives an argument without an option's name to the first option that may stand so and is not given yet.
void take_positional(const std::string& argument, const std::vector<std::string>& positional,
                     po::variables_map& given) {
  for (const std::string& name : positional) {
    if (given.count(name) != 0) continue;
    given.emplace(name, po::variable_value(boost::any(argument), false));
    return;
  }
  throw InputError(fmt::format("{}: unexpected argument", shown(argument)));
}

// At commas; nothing for no text.
std::vector<std::string> split(const std::string& text) {
  std::vector<std::string> parts;
  std::istringstream stream(text);
  for (std::string part; std::getline(stream, part, ',');) parts.push_back(part);
  return parts;
}

// As a POSIX shell takes it for one word.
std::string quoted_for_shell(const std::string& word) {
  const char* const kPlain = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-./=:,@%+";
  if (!word.empty() && word.find_first_not_of(kPlain) == std::string::npos) return word;
  std::string quoted = "'";
  for (const char c : word) quoted += c == '\'' ? "'\\''" : std::string(1, c);
  return quoted + "'";
}

}  // namespace

CommandOptions::CommandOptions(std::string usage, std::string summary, std::string example)
    : usage_(std::move(usage)), summary_(std::move(summary)), example_(std::move(example)) {
  add_flag("help", "print this help");
}

void CommandOptions::add_flag(const char* name, const char* description) {
  options_.push_back({Declared::Kind::flag, name, "", description});
}

void CommandOptions::add_value(const char* name, const char* value, const char* description) {
  options_.push_back({Declared::Kind::value, name, value, description});
}

void CommandOptions::add_list(const char* name, const char* value, const char* description) {
  options_.push_back({Declared::Kind::list, name, value, description});
}

void CommandOptions::add_choices(const char* name, const char* value, std::vector<std::string> choices,
                                 const char* description) {
  const std::string text = fmt::format("{}: {}", description, fmt::join(choices, ", "));
  options_.push_back({Declared::Kind::choices, name, value, text, std::move(choices)});
}

void CommandOptions::add_positional(const char* name) { positional_.emplace_back(name); }

std::string CommandOptions::command_line() const {
  std::string line = "hwcvp " + command();
  for (const std::string& argument : arguments_) line += " " + quoted_for_shell(argument);
  return line;
}

bool CommandOptions::parse(const std::vector<std::string>& arguments) {
  arguments_ = arguments;
  const int style = po::command_line_style::allow_long | po::command_line_style::long_allow_adjacent |
                    po::command_line_style::long_allow_next;
  const po::options_description declared = described(options_);
  po::variables_map given;
  if (arguments == std::vector<std::string>{"--help-json"}) {
    print_help_json();
    return false;
  }
  std::vector<std::string> words = arguments;
  std::replace(words.begin(), words.end(), std::string("-h"), std::string("--help"));
  join_choices(words);
  try {
    const po::parsed_options parsed = po::command_line_parser(words).options(declared).style(style).run();
    for (const po::option& option : parsed.options) {
      if (option.string_key.empty()) take_positional(option.value.at(0), positional_, given);
    }
    po::store(parsed, given);
  } catch (const po::unknown_option& error) {
    const std::string name = error.get_option_name();
    std::vector<std::string> names;
    for (const Declared& option : options_) names.push_back(option.name);
    throw InputError(fmt::format("{}: unknown option{}", shown(name),
                                 did_you_mean(name.substr(name.find_first_not_of('-')), names, "--")));
  } catch (const po::multiple_occurrences& error) {
    throw InputError(fmt::format("{}: expected once", error.get_option_name()));
  } catch (const po::invalid_command_line_syntax& error) {
    const bool needs_value = error.kind() == po::invalid_command_line_syntax::missing_parameter;
    throw InputError(
        fmt::format("{}: expected {}", shown(error.get_option_name()), needs_value ? "a value" : "no value"));
  } catch (const po::error& error) {
    throw InputError(shown_line(error.what()));
  }
  for (const auto& [name, value] : given) {
    std::vector<std::string>& texts = values_[name];
    if (const auto* const one = boost::any_cast<std::string>(&value.value())) texts = {*one};
    if (const auto* const list = boost::any_cast<std::vector<std::string>>(&value.value())) texts = *list;
  }
  if (has("help")) {
    print_help();
    return false;
  }
  for (const Declared& option : options_) {
    if (option.kind == Declared::Kind::choices && has(option.name)) read_choices(option);
  }
  return true;
}

// "--name a,b" as "--name=a,b", where a and b are choices, and "--name" alone as "--name=all".
void CommandOptions::join_choices(std::vector<std::string>& words) const {
  for (const Declared& option : options_) {
    if (option.kind != Declared::Kind::choices) continue;
    const auto known = [&](const std::string& name) {
      return name == kAllChoices ||
             std::find(option.choices.begin(), option.choices.end(), name) != option.choices.end();
    };
    for (auto word = words.begin(); word != words.end(); ++word) {
      if (*word != "--" + option.name) continue;
      const auto next = word + 1;
      const std::vector<std::string> names = next == words.end() ? std::vector<std::string>() : split(*next);
      if (names.empty() || !std::all_of(names.begin(), names.end(), known)) {
        *word += std::string("=") + kAllChoices;
      } else {
        *word += "=" + *next;
        word = words.erase(next) - 1;
      }
    }
  }
}

// Puts the names in place of the list of them.
void CommandOptions::read_choices(const Declared& option) {
  std::vector<std::string>& texts = values_[option.name];
  texts = split(texts.at(0));
  if (texts == std::vector<std::string>{kAllChoices}) {
    texts.clear();
    return;
  }
  for (const std::string& name : texts) {
    if (std::find(option.choices.begin(), option.choices.end(), name) != option.choices.end()) continue;
    throw InputError(fmt::format("--{}: expected some of {}, found {}{}", option.name,
                                 fmt::join(option.choices, ", "), shown(name),
                                 did_you_mean(name, option.choices)));
  }
}

std::string CommandOptions::text(const std::string& name, const std::string& otherwise) const {
  const auto given = values_.find(name);
  return given == values_.end() ? otherwise : given->second.at(0);
}

std::vector<std::string> CommandOptions::list(const std::string& name) const {
  const auto given = values_.find(name);
  return given == values_.end() ? std::vector<std::string>{} : given->second;
}

int64_t CommandOptions::size(const std::string& name, int64_t otherwise) const {
  return has(name) ? parse_size(text(name), "--" + name) : otherwise;
}

uint64_t CommandOptions::integer(const std::string& name, uint64_t least, uint64_t most,
                                 uint64_t otherwise) const {
  return has(name) ? parse_integer(text(name), "--" + name, least, most) : otherwise;
}

void CommandOptions::require(const std::string& name) const {
  if (!has(name)) throw InputError(fmt::format("--{}: expected, but not given", name));
}

void CommandOptions::require_one_of(const std::string& a, const std::string& b) const {
  if (has(a) && has(b)) throw InputError(fmt::format("--{} and --{}: expected only one of them", a, b));
  if (!has(a) && !has(b)) throw InputError(fmt::format("expected --{} or --{}", a, b));
}

void CommandOptions::forbid_with(const std::string& given, const std::vector<std::string>& others) const {
  if (!has(given)) return;
  for (const std::string& other : others) {
    if (has(other)) throw InputError(fmt::format("--{}: not allowed together with --{}", other, given));
  }
}

void CommandOptions::require_with(const std::string& given, const std::string& needed) const {
  if (has(given) && !has(needed)) throw InputError(fmt::format("--{}: expected --{} with it", given, needed));
}

void CommandOptions::print_help_json() const {
  auto options = nlohmann::ordered_json::array();
  for (const Declared& option : options_) {
    options.push_back(
        {{"name", option.name},
         {"value", option.kind == Declared::Kind::choices ? "[" + option.value + "]" : option.value},
         {"repeated", option.kind == Declared::Kind::list},
         {"choices", option.choices},
         {"description", option.description}});
  }
  const nlohmann::ordered_json document = {{"usage", usage_},
                                           {"summary", summary_},
                                           {"options", options},
                                           {"positional", positional_},
                                           {"example", example_}};
  std::cout << document.dump(2) << '\n';
}

void CommandOptions::print_help() const {
  std::cout << "Usage: hwcvp " << usage_ << "\n\n" << summary_ << "\n\n" << described(options_);
  std::cout << "\nExample:\n";
  std::istringstream lines(example_);
  for (std::string line; std::getline(lines, line);) std::cout << "  " << line << '\n';
}

}  // namespace hwcvp
