# Debian packages, made by `cpack` from an ordinary build:
#
#   hostctl                the command line, its completions and manual, the API's protos
#   hostd                  hostd and the engine ptpd, units, users, configuration
#   hostctl-libvirt-hook   keeps guests that need precise time off hosts that lack it
#
# Every install() rule names its component, which is its package. `service/packaging/
# build-packages` makes them so that anyone gets the same bytes; here is what is in them.

set(DEBIAN_FOLDER ${CMAKE_SOURCE_DIR}/service/packaging/debian)
set(HOSTCTL_PACKAGES hostctl hostd hostctl-libvirt-hook)
find_program(GZIP gzip REQUIRED)

# compressed(SOURCE RESULT)  makes RESULT of SOURCE, without its name and date in it.
function(compressed source result)
  add_custom_command(OUTPUT ${result} COMMAND ${GZIP} -9nc ${source} > ${result}
                     DEPENDS ${source} VERBATIM)
endfunction()

# The changelog of this product is Debian's: the packages are made here.
set(COMPRESSED ${CMAKE_BINARY_DIR}/compressed)
file(MAKE_DIRECTORY ${COMPRESSED})
compressed(${DEBIAN_FOLDER}/changelog ${COMPRESSED}/changelog.gz)
compressed(${CMAKE_BINARY_DIR}/cli/hostctl.1 ${COMPRESSED}/hostctl.1.gz)
compressed(${DEBIAN_FOLDER}/man/hostd.8 ${COMPRESSED}/hostd.8.gz)
compressed(${DEBIAN_FOLDER}/man/hostctl-libvirt-qemu-hook.8
           ${COMPRESSED}/hostctl-libvirt-qemu-hook.8.gz)
add_custom_target(compressed ALL
  DEPENDS ${COMPRESSED}/changelog.gz ${COMPRESSED}/hostctl.1.gz ${COMPRESSED}/hostd.8.gz
          ${COMPRESSED}/hostctl-libvirt-qemu-hook.8.gz)
add_dependencies(compressed manual)

foreach(package ${HOSTCTL_PACKAGES})
  install(FILES ${COMPRESSED}/changelog.gz ${DEBIAN_FOLDER}/copyright
          DESTINATION ${CMAKE_INSTALL_DATADIR}/doc/${package} COMPONENT ${package})
  if(EXISTS ${DEBIAN_FOLDER}/${package}/lintian-overrides)
    install(FILES ${DEBIAN_FOLDER}/${package}/lintian-overrides RENAME ${package}
            DESTINATION ${CMAKE_INSTALL_DATADIR}/lintian/overrides COMPONENT ${package})
  endif()
endforeach()
install(FILES README.md cli/formats.md cli/reference.md
        DESTINATION ${CMAKE_INSTALL_DATADIR}/doc/hostctl COMPONENT hostctl)
install(FILES service/README.md DESTINATION ${CMAKE_INSTALL_DATADIR}/doc/hostd COMPONENT hostd)
install(FILES firewall/README.md RENAME firewall.md
        DESTINATION ${CMAKE_INSTALL_DATADIR}/doc/hostd COMPONENT hostd)
install(FILES service/precision_clock/README.md
        DESTINATION ${CMAKE_INSTALL_DATADIR}/doc/hostctl-libvirt-hook
        COMPONENT hostctl-libvirt-hook)
install(DIRECTORY proto/hostctl/v1 DESTINATION ${CMAKE_INSTALL_DATADIR}/hostctl/proto/hostctl
        COMPONENT hostctl FILES_MATCHING PATTERN *.proto)
install(FILES ${COMPRESSED}/hostctl.1.gz
        DESTINATION ${CMAKE_INSTALL_MANDIR}/man1 COMPONENT hostctl)
install(FILES ${COMPRESSED}/hostd.8.gz
        DESTINATION ${CMAKE_INSTALL_MANDIR}/man8 COMPONENT hostd)
install(FILES ${COMPRESSED}/hostctl-libvirt-qemu-hook.8.gz
        DESTINATION ${CMAKE_INSTALL_MANDIR}/man8 COMPONENT hostctl-libvirt-hook)
# What lies in /etc is for packages only: a plain `cmake --install` has another prefix.
install(FILES ${DEBIAN_FOLDER}/hostd/default RENAME hostd DESTINATION /etc/default
        COMPONENT hostd EXCLUDE_FROM_ALL)
file(MAKE_DIRECTORY ${CMAKE_BINARY_DIR}/qemu.d)
file(CREATE_LINK /usr/bin/hostctl-libvirt-qemu-hook
     ${CMAKE_BINARY_DIR}/qemu.d/hostctl SYMBOLIC)
install(FILES ${CMAKE_BINARY_DIR}/qemu.d/hostctl DESTINATION /etc/libvirt/hooks/qemu.d
        COMPONENT hostctl-libvirt-hook EXCLUDE_FROM_ALL)

set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_VERSION ${PROJECT_VERSION})
set(CPACK_PACKAGE_VENDOR hostctl)
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "")  # each package has its own
set(CPACK_PACKAGE_CONTACT "hostctl maintainers <packages@hostctl.org>")
set(CPACK_PACKAGE_DIRECTORY ${CMAKE_BINARY_DIR}/packages)
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_STRIP_FILES ON)
set(CPACK_PRE_BUILD_SCRIPTS ${CMAKE_SOURCE_DIR}/service/packaging/folder_modes.cmake)
set(CPACK_COMPONENTS_ALL ${HOSTCTL_PACKAGES})
set(CPACK_COMPONENTS_GROUPING IGNORE)
set(CPACK_DEB_COMPONENT_INSTALL ON)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_COMPRESSION_TYPE xz)
set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION ON)
set(CPACK_DEBIAN_PACKAGE_PRIORITY optional)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)

# describe(PACKAGE SECTION DEPENDS RECOMMENDS SUGGESTS SUMMARY TEXT)
function(describe package section depends recommends suggests summary text)
  string(TOUPPER ${package} NAME)
  set(CPACK_DEBIAN_${NAME}_PACKAGE_NAME ${package} PARENT_SCOPE)
  set(CPACK_DEBIAN_${NAME}_PACKAGE_SECTION ${section} PARENT_SCOPE)
  set(CPACK_DEBIAN_${NAME}_PACKAGE_DEPENDS "${depends}" PARENT_SCOPE)
  set(CPACK_DEBIAN_${NAME}_PACKAGE_RECOMMENDS "${recommends}" PARENT_SCOPE)
  set(CPACK_DEBIAN_${NAME}_PACKAGE_SUGGESTS "${suggests}" PARENT_SCOPE)
  # The first line is the synopsis.
  set(CPACK_COMPONENT_${NAME}_DESCRIPTION "${summary}\n${text}" PARENT_SCOPE)
  set(control)
  foreach(file preinst postinst prerm postrm conffiles)
    if(EXISTS ${DEBIAN_FOLDER}/${package}/${file})
      list(APPEND control ${DEBIAN_FOLDER}/${package}/${file})
    endif()
  endforeach()
  set(CPACK_DEBIAN_${NAME}_PACKAGE_CONTROL_EXTRA "${control}" PARENT_SCOPE)
endfunction()

describe(hostctl admin "" hostd ""
"command line for the time of this and other hosts"
"One place for a Linux host's time: one command turns PTP on, opens the
firewall and starts the engine; another says whether time is right, by whom,
how sure, and what to do if it is not.
.
This package has the command, its completions for bash, zsh and fish, and the
protos of the API that it speaks. The service is in the package hostd.")

# The users are made by sysusers.d, and hostd asks systemd for its engine, which polkit allows.
describe(hostd admin
"init-system-helpers (>= 1.54~), systemd | systemd-standalone-sysusers, default-dbus-system-bus | dbus-system-bus, polkitd, nftables"
hostctl chrony
"PTP, firewall and interfaces of this host as they were set"
"hostd owns the desired state of a host's time and makes the host match it:
PTP (IEEE 1588-2019) with an engine of its own, NTP through chronyd, the rules
of the packet filter that they need, the interfaces that they use. It serves
the API hostctl.v1 (gRPC) on a unix socket, and over mutual TLS if asked to.
.
Nothing is enabled by installing it: `hostctl system ptp set --enable`.")

describe(hostctl-libvirt-hook admin hostctl "" libvirt-daemon
"hook of libvirt for guests that need precise time"
"A guest whose libvirt domain asks for a precision clock is not started, and
not taken in by a migration, where the host's time is not good enough for it.
Other guests are not affected.")
include(CPack)
