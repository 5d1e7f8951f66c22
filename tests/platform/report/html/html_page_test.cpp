// Pages hold their document whole, and nothing in it becomes markup.
#include "platform/report/html/html_page.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace hwcvp {
namespace {

using nlohmann::ordered_json;
using ::testing::HasSubstr;
using ::testing::Not;

// What the page's script reads.
ordered_json data_of(const std::string& page) {
  const std::string before = "<script type=\"application/json\" id=\"data\">";
  const size_t begin = page.find(before) + before.size();
  return ordered_json::parse(page.substr(begin, page.find("</script", begin) - begin));
}

TEST(HtmlPageTest, HoldsDocumentAndSource) {
  const ordered_json document = {{"layers", {{{"name", "conv1"}, {"bytes", 9007199254740993}}}}};
  const ordered_json data =
      data_of(html_page({"run", "a title", "hwcvp run --network alexnet"}, document, {{"windows", 3}}));
  EXPECT_EQ(data["command"], "run");
  EXPECT_EQ(data["title"], "a title");
  EXPECT_EQ(data["command_line"], "hwcvp run --network alexnet");
  EXPECT_EQ(data["document"], document);
  EXPECT_EQ(data["recorded"]["windows"], 3);
}

TEST(HtmlPageTest, NamesStayData) {
  const std::string name = "</script><script>bad()</script><!-- <b>&amp;{title}";
  const std::string page = html_page({"run", name, name}, {{"name", name}}, nullptr);
  EXPECT_THAT(page, Not(HasSubstr("<script>bad()")));
  EXPECT_THAT(page, Not(HasSubstr("<b>")));
  EXPECT_THAT(page, HasSubstr("<title>&lt;/script&gt;&lt;script&gt;bad()&lt;/script&gt;&lt;!-- "
                              "&lt;b&gt;&amp;amp;{title}</title>"));
  EXPECT_EQ(data_of(page)["document"]["name"], name);
  EXPECT_EQ(data_of(page)["title"], name);
}

TEST(HtmlPageTest, TakesCommandLinesThatAreNoText) {
  const std::string line = data_of(html_page({"run", "", "hwcvp run \xff"}, {}, nullptr))["command_line"];
  EXPECT_EQ(line, "hwcvp run \xEF\xBF\xBD");
}

TEST(HtmlPageTest, AsksForNothing) {
  const std::string page = html_page({"run", "", ""}, {}, nullptr);
  for (const char* reference : {" src=\"", "<link", "@import", "url("}) {
    EXPECT_THAT(page.substr(0, page.find("<body>")), Not(HasSubstr(reference)));
  }
  EXPECT_THAT(page, HasSubstr("default-src 'none'"));
}

}  // namespace
}  // namespace hwcvp
