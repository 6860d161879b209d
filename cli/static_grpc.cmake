# hostctl_static_grpc(TARGET): links an executable against the archives of gRPC,
# protobuf and abseil instead of their 57 shared objects, whose loading would be
# two thirds of a short command's time (10 ms against 4 ms for one call).
#
# An executable marked so gets `static_grpc` wherever its libraries ask for the
# shared ones; see `cli_grpc` below and `proto_messages` in proto/.

set(STATIC_GRPC_ARCHIVES)
foreach(name grpc++ grpc ssl crypto gpr address_sorting upb cares re2 protobuf z)
  find_library(STATIC_${name} lib${name}.a REQUIRED)
  list(APPEND STATIC_GRPC_ARCHIVES ${STATIC_${name}})
endforeach()
# Abseil is 60 small archives; the linker takes of them what is used.
get_filename_component(archive_folder ${STATIC_gpr} DIRECTORY)
file(GLOB ABSL_ARCHIVES ${archive_folder}/libabsl_*.a)
list(APPEND STATIC_GRPC_ARCHIVES ${ABSL_ARCHIVES})

add_library(static_grpc INTERFACE)
# RESCAN is --start-group: the archives need one another in circles.
target_link_libraries(static_grpc INTERFACE "$<LINK_GROUP:RESCAN,${STATIC_GRPC_ARCHIVES}>"
                      Threads::Threads ${CMAKE_DL_LIBS})

# gRPC as the rooms of cli/ link it: shared, unless the executable asks for archives.
add_library(cli_grpc INTERFACE)
target_link_libraries(cli_grpc INTERFACE
  $<IF:$<BOOL:$<TARGET_PROPERTY:HOSTCTL_STATIC_GRPC>>,static_grpc,gRPC::grpc++>)

function(hostctl_static_grpc target)
  set_target_properties(${target} PROPERTIES HOSTCTL_STATIC_GRPC ON)
  # Not position-independent: relocating the 37000 pointers of these archives at every
  # start would take 0.7 ms.
  target_link_options(${target} PRIVATE -static-libstdc++ -static-libgcc -no-pie)
endfunction()
