// What every page has in it: built into the program, so that a page needs no file and no network.
#pragma once

namespace hwcvp {

const char* page_script();
const char* page_styles();

}  // namespace hwcvp
