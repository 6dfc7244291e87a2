// SPDX-License-Identifier: Apache-2.0
#include "spinflow/transformations/file_formats.hpp"

#include "base/fill_once.hpp"

namespace spinflow::transformations {

void register_file_formats();  // generated (cmake/catalogue.cmake)

base::Registry<FileFormat>& file_formats() {
  static base::Registry<FileFormat> entries("file format");
  static base::FillOnce filled;
  filled(register_file_formats);
  return entries;
}

}  // namespace spinflow::transformations
