# Run by cpack when the files are in place: folders have the same mode whatever the umask of
# who builds. (CPACK_INSTALL_DEFAULT_DIRECTORY_PERMISSIONS leaves out what DESTDIR makes.)
file(GLOB_RECURSE entries LIST_DIRECTORIES true ${CPACK_TEMPORARY_DIRECTORY}/*)
foreach(entry ${entries})
  if(IS_DIRECTORY ${entry})
    file(CHMOD ${entry} PERMISSIONS OWNER_READ OWNER_WRITE OWNER_EXECUTE
         GROUP_READ GROUP_EXECUTE WORLD_READ WORLD_EXECUTE)
  endif()
endforeach()
