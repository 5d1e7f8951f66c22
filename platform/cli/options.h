// The options of one subcommand.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace hwcvp {

// Declares options, parses a command line against them and hands out the values. Only long options exist, and
// they are never abbreviated.
class CommandOptions {
 public:
  // `usage` is what follows the program's name, `example` command lines that work as they stand.
  CommandOptions(std::string usage, std::string summary, std::string example);

  // Declares --name, without a value or with one that help calls `value`.
  void add_flag(const char* name, const char* description);
  void add_value(const char* name, const char* value, const char* description);
  // Declares --name with a value, which may be given several times.
  void add_list(const char* name, const char* value, const char* description);
  // Declares --name with a value that may be left out: some of the choices, between commas, in the same word
  // or the next one, which is taken for the value only if it has nothing but choices; or "all", which is
  // meant where there is none.
  void add_choices(const char* name, const char* value, std::vector<std::string> choices,
                   const char* description);
  // Declares that the value of an option (or of none, if there is none of that name) may stand without its
  // name, behind those declared before it.
  void add_positional(const char* name);

  // Throws InputError for anything that is not declared. Returns false where --help (-h) was given and
  // printed, or
  // --help-json, the same for programs: usage, summary, options and examples as one JSON document.
  bool parse(const std::vector<std::string>& arguments);

  // The subcommand, and the whole command line as a shell takes it.
  std::string command() const { return usage_.substr(0, usage_.find(' ')); }
  std::string command_line() const;

  bool has(const std::string& name) const { return values_.count(name) != 0; }
  // The value as given; `otherwise` where the option is absent.
  std::string text(const std::string& name, const std::string& otherwise = "") const;
  // The values of an option declared by add_list() or add_choices(), in their order; none for all choices.
  std::vector<std::string> list(const std::string& name) const;
  int64_t size(const std::string& name, int64_t otherwise) const;
  uint64_t integer(const std::string& name, uint64_t least, uint64_t most, uint64_t otherwise) const;

  // Throws InputError unless the options are used together as told.
  void require(const std::string& name) const;
  void require_one_of(const std::string& a, const std::string& b) const;
  void forbid_with(const std::string& given, const std::vector<std::string>& others) const;
  void require_with(const std::string& given, const std::string& needed) const;

 private:
  struct Declared {
    enum class Kind { flag, value, list, choices };
    Kind kind;
    std::string name;
    std::string value;  // what help calls it
    std::string description;
    std::vector<std::string> choices = {};
  };

  void join_choices(std::vector<std::string>& words) const;
  void read_choices(const Declared& option);
  void print_help() const;
  void print_help_json() const;

  std::string usage_;
  std::string summary_;
  std::string example_;
  std::vector<Declared> options_;
  std::vector<std::string> positional_;
  std::vector<std::string> arguments_;                      // as parsed
  std::map<std::string, std::vector<std::string>> values_;  // those given; a flag has none
};

}  // namespace hwcvp
