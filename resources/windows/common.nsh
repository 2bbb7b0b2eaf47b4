; What installing and removing have in common. NSIS wants the remover's functions under names with "un.", so they stand in
; one macro that is written twice.

; The next word of a line of switches; both are variables, the word is "" at the end.
!macro NEXT_WORD LINE WORD
  StrCpy ${WORD} ""
  ${Do}
    StrCpy $9 ${LINE} 1
    ${If} $9 == ""
      ${ExitDo}
    ${EndIf}
    StrCpy ${LINE} ${LINE} "" 1
    ${If} $9 == " "
      ${If} ${WORD} != ""
        ${ExitDo}
      ${EndIf}
    ${Else}
      StrCpy ${WORD} "${WORD}$9"
    ${EndIf}
  ${Loop}
!macroend

; A sentence to whoever is there: a message where somebody looks, and always a line in the log.
!macro TELL TEXT
  Push "${TEXT}"
  !ifdef __UNINSTALL__
    Call un.Tell
  !else
    Call Tell
  !endif
!macroend

; Ends, with a sentence and an exit code.
!macro REFUSE CODE TEXT
  !insertmacro TELL "${TEXT}"
  SetErrorLevel ${CODE}
  Quit
!macroend

; The line under the Run key, quoted as Python's list2cmdline does: only where there is a blank.
!macro AUTOSTART_LINE RESULT
  StrCpy ${RESULT} '$INSTDIR\${WINDOWED}'
  StrCpy $8 0
  ${Do}
    StrCpy $9 ${RESULT} 1 $8
    ${If} $9 == " "
      StrCpy ${RESULT} '"$INSTDIR\${WINDOWED}"'
      ${ExitDo}
    ${EndIf}
    IntOp $8 $8 + 1
  ${LoopUntil} $9 == ""
  StrCpy ${RESULT} '${RESULT} --background'
!macroend

; One file or folder under its own name or under the name it has while it is taken aside. `BUSY`: where to go on failure.
!macro TAKE_ASIDE WHAT BUSY
  ${If} ${FileExists} "$INSTDIR\${WHAT}"
    ClearErrors
    Rename "$INSTDIR\${WHAT}" "$INSTDIR\${WHAT}.old"
    IfErrors ${BUSY}
  ${EndIf}
!macroend

!macro PUT_BACK WHAT
  ${If} ${FileExists} "$INSTDIR\${WHAT}.old"
    Rename "$INSTDIR\${WHAT}.old" "$INSTDIR\${WHAT}"
  ${EndIf}
!macroend

!macro COMMON UN

Function ${UN}Tell
  Exch $R9
  Push $8
  FileOpen $8 "$TEMP\${TITLE}-install.log" a
  FileSeek $8 0 END
  FileWriteUTF16LE /BOM $8 "${TITLE} ${VERSION}: $R9$\r$\n"
  FileClose $8
  Pop $8
  DetailPrint "$R9"
  MessageBox MB_OK|MB_ICONINFORMATION "$R9" /SD IDOK
  Pop $R9
FunctionEnd

; "1" where this process may write what is everybody's.
Function ${UN}IsAdministrator
  Push $R9
  UserInfo::GetAccountType
  Pop $R9
  ${If} $R9 == "Admin"
    StrCpy $R9 "1"
  ${Else}
    StrCpy $R9 "0"
  ${EndIf}
  Exch $R9
FunctionEnd

; "1" where this account's session starts this program in its own places: the entry is the one that was noted.
Function ${UN}StartsWithSession
  Push $R8
  Push $R9
  ReadRegStr $R8 HKCU "${RUN_KEY}" "${NAME}"
  ReadRegStr $R9 HKCU "${OWN_KEY}" "Autostart"
  ${If} $R8 != ""
  ${AndIf} $R8 == $R9
    ReadRegStr $R9 HKCU "${OWN_KEY}" "AutostartHome"
    StrCpy $R8 "1"
    ${If} $R9 != ""
      StrCpy $R8 "0"
    ${EndIf}
  ${Else}
    StrCpy $R8 "0"
  ${EndIf}
  ClearErrors
  Pop $R9
  Exch $R8
FunctionEnd

Function ${UN}ForgetAutostart
  DeleteRegValue HKCU "${RUN_KEY}" "${NAME}"
  DeleteRegValue HKCU "${OWN_KEY}" "Autostart"
  DeleteRegValue HKCU "${OWN_KEY}" "AutostartHome"
  DeleteRegKey /ifempty HKCU "${OWN_KEY}"
  ClearErrors
FunctionEnd

; Takes the former program aside; gives "1", or "0" where something of it is in use, and then all is as it was.
; A program that runs can be renamed, but not opened for writing; its files in the folder hold that folder in its place.
Function ${UN}TakeAside
  ${If} ${FileExists} "$INSTDIR\${INNER}"
    RMDir /r "$INSTDIR\${INNER}.old" ; what an installer that was killed had left
  ${EndIf}
  ${If} ${FileExists} "$INSTDIR\${LICENCES}"
    RMDir /r "$INSTDIR\${LICENCES}.old"
  ${EndIf}
  ${If} ${FileExists} "$INSTDIR\${WINDOWED}"
    Delete "$INSTDIR\${WINDOWED}.old"
  ${EndIf}
  ${If} ${FileExists} "$INSTDIR\${CONSOLE}"
    Delete "$INSTDIR\${CONSOLE}.old"
  ${EndIf}
  !insertmacro TAKE_ASIDE "${WINDOWED}" busy
  !insertmacro TAKE_ASIDE "${CONSOLE}" busy
  ClearErrors
  ${If} ${FileExists} "$INSTDIR\${WINDOWED}.old"
    FileOpen $9 "$INSTDIR\${WINDOWED}.old" a
    IfErrors busy
    FileClose $9
  ${EndIf}
  ${If} ${FileExists} "$INSTDIR\${CONSOLE}.old"
    FileOpen $9 "$INSTDIR\${CONSOLE}.old" a
    IfErrors busy
    FileClose $9
  ${EndIf}
  !insertmacro TAKE_ASIDE "${INNER}" busy
  !insertmacro TAKE_ASIDE "${LICENCES}" busy_inner
  ClearErrors
  Push "1"
  Return
  busy_inner:
  !insertmacro PUT_BACK "${INNER}"
  busy:
  !insertmacro PUT_BACK "${WINDOWED}"
  !insertmacro PUT_BACK "${CONSOLE}"
  ClearErrors
  Push "0"
FunctionEnd

; The former program in its place again; what there is of a new one goes, since both cannot be there.
Function ${UN}PutBack
  ${If} ${FileExists} "$INSTDIR\${WINDOWED}.old"
    Delete "$INSTDIR\${WINDOWED}"
  ${EndIf}
  ${If} ${FileExists} "$INSTDIR\${CONSOLE}.old"
    Delete "$INSTDIR\${CONSOLE}"
  ${EndIf}
  ${If} ${FileExists} "$INSTDIR\${INNER}.old"
    RMDir /r "$INSTDIR\${INNER}"
  ${EndIf}
  ${If} ${FileExists} "$INSTDIR\${LICENCES}.old"
    RMDir /r "$INSTDIR\${LICENCES}"
  ${EndIf}
  !insertmacro PUT_BACK "${LICENCES}"
  !insertmacro PUT_BACK "${INNER}"
  !insertmacro PUT_BACK "${WINDOWED}"
  !insertmacro PUT_BACK "${CONSOLE}"
  Delete "$INSTDIR\${NOTE}"
  ClearErrors
FunctionEnd

; Asks every program that runs from this folder, whoever started it, to leave in order, and takes its files aside.
; It is asked by a file in its own folder, which only an administrator or the owner of the installation can write; a run
; at work finishes the write it is at. A run of the system's scheduler is waited for. Gives an exit code.
Function ${UN}AskToLeave
  StrCpy $R8 0 ; half seconds
  ${Do}
    Call ${UN}TakeAside
    Pop $R9
    ${If} $R9 == "1"
      Delete "$INSTDIR\${NOTE}"
      ClearErrors
      Push ${CODE_DONE}
      Return
    ${EndIf}
    ${If} $WasRunning == ""
      MessageBox MB_OKCANCEL|MB_ICONINFORMATION "$(TextRunning)" /SD IDOK IDOK ${UN}goes_on
        Push ${CODE_CANCELLED}
        Return
      ${UN}goes_on:
      StrCpy $WasRunning "1"
      DetailPrint "$(TextWaiting)"
    ${EndIf}
    IntOp $R9 $R8 % 10
    ${If} $R9 == 0 ; anew every five seconds: a note older than a program's start says nothing to it
      Delete "$INSTDIR\${NOTE}"
      FileOpen $R9 "$INSTDIR\${NOTE}" w
      FileClose $R9
    ${EndIf}
    Sleep 500
    IntOp $R8 $R8 + 1
    IntOp $R9 $Seconds * 2
    ${If} $R8 >= $R9
      MessageBox MB_RETRYCANCEL|MB_ICONEXCLAMATION "$(TextStillRunning)" /SD IDCANCEL IDRETRY ${UN}once_more
        Delete "$INSTDIR\${NOTE}"
        ClearErrors
        Push ${CODE_RUNNING}
        Return
      ${UN}once_more:
      StrCpy $R8 0
    ${EndIf}
  ${Loop}
FunctionEnd

!macroend
