# add_room, add_module, add_program, add_unit_tests: how a folder becomes a target, and the guards
# that hold it to the arrows that it declares.
#
#   add_module(engine_base              # the path with `_` for `/`; alias kopilka::engine::base
#     SOURCES a.cc b.cc                 # none for a header-only room
#     HEADERS a.h b.h                   # public; private headers stay unlisted beside their source
#     DEPENDS engine_model ...          # rooms that it includes, all listed above it in the root
#     VENDOR fmt rocksdb ...)           # keys of the table in vendors.cmake
#
# Guards: `probe_<name>` links the whole archive against DEPENDS alone, so that an undeclared upward
# symbol is an error; each public header is compiled by itself; rooms.tsv tells the include lint who
# declared what.
include_guard(GLOBAL)
include(GoogleTest)

set(CMAKE_VERIFY_INTERFACE_HEADER_SETS ON)
add_custom_target(test_programs)
add_library(probe_main OBJECT "${CMAKE_CURRENT_LIST_DIR}/probe.cc")

function(add_room path)
  set_property(GLOBAL APPEND PROPERTY KOPILKA_ROOMS ${path})
  add_subdirectory("${CMAKE_SOURCE_DIR}/${path}")
endfunction()

# Declares `name` to the lint, links DEPENDS and VENDOR.
function(kopilka_connect name kind link)
  cmake_parse_arguments(PARSE_ARGV 3 arg "" "" "SOURCES;HEADERS;DEPENDS;VENDOR")
  cmake_path(RELATIVE_PATH CMAKE_CURRENT_SOURCE_DIR BASE_DIRECTORY "${CMAKE_SOURCE_DIR}"
             OUTPUT_VARIABLE dir)
  foreach(dependency IN LISTS arg_DEPENDS)
    if(NOT TARGET ${dependency})
      message(FATAL_ERROR "${dir}: ${name} depends on ${dependency}, which no room above declares; "
                          "move the room up in CMakeLists.txt or drop the arrow")
    endif()
    target_link_libraries(${name} ${link} ${dependency})
  endforeach()
  foreach(key IN LISTS arg_VENDOR)
    get_property(vendors GLOBAL PROPERTY KOPILKA_VENDORS)
    if(NOT key IN_LIST vendors)
      message(FATAL_ERROR "${dir}: VENDOR ${key} is not in the table of cmake/vendors.cmake")
    endif()
    get_property(targets GLOBAL PROPERTY KOPILKA_VENDOR_${key}_TARGETS)
    target_link_libraries(${name} ${link} ${targets})
  endforeach()
  string(REPLACE ";" "," depends "${arg_DEPENDS}")
  string(REPLACE ";" "," vendors "${arg_VENDOR}")
  string(REPLACE ";" "," sources "${arg_SOURCES}")
  string(REPLACE ";" "," headers "${arg_HEADERS}")
  set_property(GLOBAL APPEND PROPERTY KOPILKA_MAP
    "${kind}\t${name}\t${dir}\t${depends}\t${vendors}\t${sources}\t${headers}")
endfunction()

# The planted bug, if one is built, in those of the room's sources that name it.
function(kopilka_plant)
  if(KOPILKA_PLANT)
    foreach(source IN LISTS ARGN)
      file(STRINGS "${CMAKE_CURRENT_SOURCE_DIR}/${source}" found LIMIT_COUNT 1
           REGEX "KOPILKA_PLANT_${KOPILKA_PLANT}")
      if(found)
        set_property(SOURCE ${source} APPEND PROPERTY COMPILE_DEFINITIONS
                     KOPILKA_PLANT_${KOPILKA_PLANT})
      endif()
    endforeach()
  endif()
endfunction()

function(add_module name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "SOURCES;HEADERS;DEPENDS;VENDOR")
  if(arg_UNPARSED_ARGUMENTS)
    message(FATAL_ERROR "add_module(${name}): unknown arguments ${arg_UNPARSED_ARGUMENTS}")
  endif()
  cmake_path(RELATIVE_PATH CMAKE_CURRENT_SOURCE_DIR BASE_DIRECTORY "${CMAKE_SOURCE_DIR}"
             OUTPUT_VARIABLE dir)
  string(REPLACE "/" "_" expected "${dir}")
  if(NOT name STREQUAL expected)
    message(FATAL_ERROR "add_module(${name}) in ${dir}: path is target, so name it ${expected}")
  endif()
  if(arg_SOURCES)
    kopilka_plant(${arg_SOURCES})
    add_library(${name} STATIC ${arg_SOURCES})
    set(link PUBLIC)
  else()
    add_library(${name} INTERFACE)
    set(link INTERFACE)
  endif()
  string(REPLACE "/" "::" alias "${dir}")
  add_library(kopilka::${alias} ALIAS ${name})
  target_sources(${name} ${link} FILE_SET HEADERS BASE_DIRS "${CMAKE_SOURCE_DIR}"
                 FILES ${arg_HEADERS})
  target_include_directories(${name} ${link} "${CMAKE_SOURCE_DIR}")
  kopilka_connect(${name} module ${link} SOURCES ${arg_SOURCES} HEADERS ${arg_HEADERS}
                  DEPENDS ${arg_DEPENDS} VENDOR ${arg_VENDOR})

  if(arg_SOURCES)
    add_executable(probe_${name} $<TARGET_OBJECTS:probe_main>)
    set_target_properties(probe_${name} PROPERTIES LINKER_LANGUAGE CXX)
    target_link_libraries(probe_${name} PRIVATE "$<LINK_LIBRARY:WHOLE_ARCHIVE,${name}>")
    set_target_properties(probe_${name} PROPERTIES
      RUNTIME_OUTPUT_DIRECTORY "${CMAKE_BINARY_DIR}/probes")
  endif()
endfunction()

# add_program(bench_micro SOURCES ... DEPENDS ... VENDOR ... [OUTPUT_NAME name]): an executable.
function(add_program name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "OUTPUT_NAME" "SOURCES;DEPENDS;VENDOR")
  if(arg_UNPARSED_ARGUMENTS)
    message(FATAL_ERROR "add_program(${name}): unknown arguments ${arg_UNPARSED_ARGUMENTS}")
  endif()
  add_executable(${name} ${arg_SOURCES})
  target_include_directories(${name} PRIVATE "${CMAKE_SOURCE_DIR}")
  kopilka_connect(${name} program PRIVATE SOURCES ${arg_SOURCES} DEPENDS ${arg_DEPENDS}
                  VENDOR ${arg_VENDOR})
  if(arg_OUTPUT_NAME)
    set_target_properties(${name} PROPERTIES OUTPUT_NAME ${arg_OUTPUT_NAME})
  endif()
endfunction()

# add_unit_tests(unit_engine_base SOURCES ... DEPENDS ... [VENDOR ...] [LABELS unit]
#                [TIMEOUT seconds] [ONE_TEST] [LAUNCHER command...])
# A GoogleTest program with GoogleMock's main; every case is a test of its own for ctest, or the
# whole program is one with ONE_TEST, or with LAUNCHER, which runs it once it has what they need.
# The label is the folder under tests/ unless LABELS says other.
# The definition KOPILKA_SOURCE_DIR is the root of the tree, for tests that read files of it.
function(add_unit_tests name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "ONE_TEST" "TIMEOUT"
                        "SOURCES;DEPENDS;VENDOR;LABELS;LAUNCHER")
  if(arg_UNPARSED_ARGUMENTS)
    message(FATAL_ERROR "add_unit_tests(${name}): unknown arguments ${arg_UNPARSED_ARGUMENTS}")
  endif()
  if(NOT arg_LABELS)
    cmake_path(RELATIVE_PATH CMAKE_CURRENT_SOURCE_DIR BASE_DIRECTORY "${CMAKE_SOURCE_DIR}/tests"
               OUTPUT_VARIABLE below)
    string(REGEX REPLACE "/.*" "" arg_LABELS "${below}")
  endif()
  if(NOT arg_TIMEOUT)
    set(arg_TIMEOUT 300)
  endif()
  list(APPEND arg_VENDOR gtest)
  list(REMOVE_DUPLICATES arg_VENDOR)
  add_executable(${name} ${arg_SOURCES})
  target_include_directories(${name} PRIVATE "${CMAKE_SOURCE_DIR}")
  target_compile_definitions(${name} PRIVATE KOPILKA_SOURCE_DIR="${CMAKE_SOURCE_DIR}")
  kopilka_connect(${name} tests PRIVATE SOURCES ${arg_SOURCES} DEPENDS ${arg_DEPENDS}
                  VENDOR ${arg_VENDOR})
  target_link_libraries(${name} PRIVATE GTest::gmock_main)
  add_dependencies(test_programs ${name})
  if(arg_ONE_TEST OR arg_LAUNCHER)
    add_test(NAME ${name} COMMAND ${arg_LAUNCHER} $<TARGET_FILE:${name}> --gtest_brief=1)
    set_tests_properties(${name} PROPERTIES LABELS "${arg_LABELS}" TIMEOUT ${arg_TIMEOUT})
  else()
    gtest_discover_tests(${name} TEST_PREFIX "${name}." DISCOVERY_MODE PRE_TEST DISCOVERY_TIMEOUT 60
      PROPERTIES LABELS "${arg_LABELS}" TIMEOUT ${arg_TIMEOUT})
  endif()
endfunction()

# add_schemas(schemas FILES events.fbs ... [RELEASED released/1/events.fbs ...] [FLAGS ...])
# Generated FlatBuffers headers, included as "<room>/<file>_generated.h"; seen as SYSTEM since their
# warnings are not ours. A file that no longer conforms to a RELEASED copy of its name fails the
# build: what was written with that copy must be read for ever.
function(add_schemas name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "FILES;FLAGS;RELEASED")
  if(arg_UNPARSED_ARGUMENTS)
    message(FATAL_ERROR "add_schemas(${name}): unknown arguments ${arg_UNPARSED_ARGUMENTS}")
  endif()
  cmake_path(RELATIVE_PATH CMAKE_CURRENT_SOURCE_DIR BASE_DIRECTORY "${CMAKE_SOURCE_DIR}"
             OUTPUT_VARIABLE dir)
  set(generated "${CMAKE_BINARY_DIR}/generated")
  set(headers)
  set(names)
  foreach(file IN LISTS arg_FILES)
    cmake_path(GET file STEM stem)
    set(header "${generated}/${dir}/${stem}_generated.h")
    set(conform)
    foreach(released IN LISTS arg_RELEASED)
      cmake_path(GET released STEM released_stem)
      if(released_stem STREQUAL stem)
        list(APPEND conform COMMAND "${KOPILKA_FLATC}" --conform
             "${CMAKE_CURRENT_SOURCE_DIR}/${released}" -I "${CMAKE_CURRENT_SOURCE_DIR}"
             "${CMAKE_CURRENT_SOURCE_DIR}/${file}")
      endif()
    endforeach()
    add_custom_command(OUTPUT "${header}"
      ${conform}
      COMMAND "${KOPILKA_FLATC}" --cpp --scoped-enums --cpp-std c++17 ${arg_FLAGS}
              -o "${generated}/${dir}" -I "${CMAKE_CURRENT_SOURCE_DIR}"
              "${CMAKE_CURRENT_SOURCE_DIR}/${file}"
      DEPENDS ${arg_FILES} ${arg_RELEASED} VERBATIM)
    list(APPEND headers "${header}")
    list(APPEND names "${stem}_generated.h")
  endforeach()
  add_custom_target(${name}_generate DEPENDS ${headers})
  add_library(${name} INTERFACE)
  add_dependencies(${name} ${name}_generate)
  target_include_directories(${name} SYSTEM INTERFACE "${generated}")
  kopilka_connect(${name} schemas INTERFACE HEADERS ${names} VENDOR flatbuffers)
endfunction()

# One line for each room (in order), vendor and target; the lint's only knowledge of the tree.
function(write_room_map file)
  set(lines)
  get_property(rooms GLOBAL PROPERTY KOPILKA_ROOMS)
  foreach(room IN LISTS rooms)
    string(APPEND lines "room\t${room}\n")
  endforeach()
  get_property(vendors GLOBAL PROPERTY KOPILKA_VENDORS)
  foreach(key IN LISTS vendors)
    get_property(headers GLOBAL PROPERTY KOPILKA_VENDOR_${key}_HEADERS)
    get_property(allowed GLOBAL PROPERTY KOPILKA_VENDOR_${key}_ROOMS)
    string(REPLACE ";" "," headers "${headers}")
    string(REPLACE ";" "," allowed "${allowed}")
    string(APPEND lines "vendor\t${key}\t${headers}\t${allowed}\n")
  endforeach()
  get_property(targets GLOBAL PROPERTY KOPILKA_MAP)
  foreach(target IN LISTS targets)
    string(APPEND lines "${target}\n")
  endforeach()
  file(CONFIGURE OUTPUT "${file}" CONTENT "${lines}" @ONLY)
endfunction()
