; The Windows installer. `python -m release.windows` compiles it; it passes what is defined nowhere here:
;   VERSION   0.1.0              QUAD      0.1.0.0, the same in four numbers
;   FILES     an include file with the macros INSTALL_FILES, REMOVE_FILES and FIND_FILES, one line for every file of the
;             bundle
;   ICON      the program's icon           SIDE      a bitmap beside the last page
;   OUTPUT    the installer to be written
;   SIZE_KB   of the unpacked bundle       ROOM      the longest folder name below which no path exceeds 259 characters
;   SIGN      only where a certificate is configured: a command that signs the file named by its last word
;
; Two kinds: for everyone (Program Files, HKEY_LOCAL_MACHINE, needs an administrator) and for one person
; (LocalAppData\Programs, HKEY_CURRENT_USER). Switches and exit codes stand in docs/installing.md.
;
; Nothing is overwritten: the former files are taken aside, which is refused while any of them is in use; only when all
; new ones are there the former ones are deleted, otherwise they are put back.

Unicode true
SetCompressor /SOLID lzma

!include "LogicLib.nsh"
!include "FileFunc.nsh"
!include "WordFunc.nsh"
!include "x64.nsh"
!include "WinVer.nsh"
!include "nsDialogs.nsh"
!include "Win\COM.nsh"
!include "Win\Propkey.nsh"
!include "MUI2.nsh"

!define TITLE "B24Learn"
!define NAME "b24learn-gui"
!define WINDOWED "B24Learn.exe"
!define CONSOLE "b24learn-gui.exe"
!define INNER "_internal"
!define LICENCES "licences"
!define REMOVER "uninstall.exe"
!define NOTE "quit-wanted"
; The id under which the program names itself to the taskbar: gui/application.py.
!define MODEL_ID "b24learn.gui"
!define UNINSTALL_KEY "Software\Microsoft\Windows\CurrentVersion\Uninstall\${NAME}"
; The entry for starting with the session, as machine/autostart_windows.py writes and recognises it.
!define RUN_KEY "Software\Microsoft\Windows\CurrentVersion\Run"
!define APPROVED_KEY "Software\Microsoft\Windows\CurrentVersion\Explorer\StartupApproved\Run"
!define OWN_KEY "Software\${NAME}"

!define CODE_DONE 0
!define CODE_CANCELLED 1
!define CODE_RUNNING 3
!define CODE_SWITCH 4
!define CODE_RIGHTS 5
!define CODE_OTHER_KIND 6
!define CODE_NEWER 7
!define CODE_FOLDER 8
!define CODE_NOT_WRITTEN 9
!define CODE_SYSTEM 10
!define CODE_DATA 11
!define CODE_LEFT 12

!define OLDEST_BUILD 17763

Name "${TITLE}"
OutFile "${OUTPUT}"
InstallDir ""
RequestExecutionLevel user
ManifestSupportedOS all
ManifestDPIAware true
ManifestLongPathAware true
CRCCheck on
AllowSkipFiles off
SetOverwrite on
SetDateSave on
ShowInstDetails nevershow
ShowUninstDetails show
BrandingText " "

VIProductVersion "${QUAD}"
VIAddVersionKey /LANG=0 "ProductName" "${TITLE}"
VIAddVersionKey /LANG=0 "FileDescription" "${TITLE} ${VERSION}, installer"
VIAddVersionKey /LANG=0 "FileVersion" "${VERSION}"
VIAddVersionKey /LANG=0 "ProductVersion" "${VERSION}"
VIAddVersionKey /LANG=0 "LegalCopyright" "MIT"

!ifdef SIGN
  !finalize '${SIGN} "%1"' = 0
  !uninstfinalize '${SIGN} "%1"' = 0
!endif

Var Kind ; "all" or "user"
Var KindAsked ; the same, where a switch said it
Var Autostart ; "1", "0", or "" for leaving it as it is
Var Seconds ; how long a running program may take to leave
Var AllDir ; where the program is installed for everyone, "" for not at all
Var AllVersion
Var UserDir ; and for this person
Var UserVersion
Var WasRunning ; "1": it had to be asked to leave
Var Elevated ; "1": started again by ourselves, after Windows had asked for an administrator
Var Choice ; of what removes: "delete" for settings and secrets going, too, "keep", or "" where nobody said either
Var Registered ; "1": the copy that is being removed is the one that Windows lists
Var Left ; "1": what was to be removed is not all gone
Var AskedDir ; the folder that a switch named, "" for none
Var Writing ; "first" or "update" while the new files are being written
Var WhoUser
Var WhoAll
Var WhoAutostart
Var WhoData

!define MUI_ICON "${ICON}"
!define MUI_UNICON "${ICON}"
!define MUI_ABORTWARNING
!define MUI_WELCOMEFINISHPAGE_BITMAP "${SIDE}"
!define MUI_FINISHPAGE_NOAUTOCLOSE
!define MUI_FINISHPAGE_RUN
!define MUI_FINISHPAGE_RUN_FUNCTION StartProgram
!define MUI_FINISHPAGE_TITLE "$(TextDone)"
!define MUI_FINISHPAGE_TEXT "$(TextFinished)"

Page custom WhoShow WhoLeave
!define MUI_PAGE_CUSTOMFUNCTION_PRE SkipKnownFolder
!define MUI_PAGE_CUSTOMFUNCTION_LEAVE JudgeFolder
!insertmacro MUI_PAGE_DIRECTORY
!define MUI_INSTFILESPAGE_FINISHHEADER_TEXT "$(TextDone)"
!define MUI_INSTFILESPAGE_FINISHHEADER_SUBTEXT " "
!insertmacro MUI_PAGE_INSTFILES
!insertmacro MUI_PAGE_FINISH
UninstPage custom un.DataShow un.DataLeave
!define MUI_INSTFILESPAGE_FINISHHEADER_TEXT "$(TextGone)"
!define MUI_INSTFILESPAGE_FINISHHEADER_SUBTEXT " "
!insertmacro MUI_UNPAGE_INSTFILES

!insertmacro MUI_LANGUAGE "English"
!insertmacro MUI_LANGUAGE "Russian"
!include "english.nsh"
!include "russian.nsh"

!include "${FILES}"
!include "common.nsh"
!insertmacro COMMON ""
!insertmacro COMMON "un."

; The beginning: switches, what is installed already, for whom

Function .onInit
  SetRegView 64
  StrCpy $Seconds 120
  StrCpy $AskedDir $INSTDIR
  ${IfNot} ${RunningX64}
    !insertmacro REFUSE ${CODE_SYSTEM} "$(TextSystem)"
  ${EndIf}
  ${IfNot} ${AtLeastWin10}
  ${OrIfNot} ${AtLeastBuild} ${OLDEST_BUILD}
    !insertmacro REFUSE ${CODE_SYSTEM} "$(TextSystem)"
  ${EndIf}
  Call ReadSwitches
  Call FindFormer
  StrCpy $Kind $KindAsked
  ${If} $Kind == ""
    Call IsAdministrator
    Pop $0
    ${If} $AllDir != ""
      StrCpy $Kind "all"
    ${ElseIf} $UserDir == ""
    ${AndIf} $0 == "1"
      StrCpy $Kind "all"
    ${Else}
      StrCpy $Kind "user"
    ${EndIf}
  ${EndIf}
  ${If} ${Silent}
    Call IsAdministrator
    Pop $0
    ${If} $Kind == "all"
    ${AndIf} $0 != "1"
      !insertmacro REFUSE ${CODE_RIGHTS} "$(TextRights)"
    ${EndIf}
  ${EndIf}
  ${If} ${Silent}
  ${OrIf} $KindAsked != ""
    Call TakeKind
    Call JudgeFolderOrEnd
    Call IsAdministrator
    Pop $0
    ${If} $Kind == "all"
    ${AndIf} $0 != "1"
      ${If} $Elevated != "1" ; else it would ask for ever where Windows cannot raise anybody
        Call GoOnAsAdministrator
      ${EndIf}
      !insertmacro REFUSE ${CODE_RIGHTS} "$(TextRights)"
    ${EndIf}
  ${EndIf}
FunctionEnd

Function ReadSwitches
  ${GetParameters} $R0
  ${Do}
    !insertmacro NEXT_WORD $R0 $R1
    ${If} $R1 == ""
      ${ExitDo}
    ${EndIf}
    StrCpy $R2 $R1 6
    StrCpy $R3 $R1 11
    ${If} $R1 == "/ALLUSERS"
    ${AndIf} $KindAsked != "user"
      StrCpy $KindAsked "all"
    ${ElseIf} $R1 == "/CURRENTUSER"
    ${AndIf} $KindAsked != "all"
      StrCpy $KindAsked "user"
    ${ElseIf} $R1 == "/ALLUSERS"
    ${OrIf} $R1 == "/CURRENTUSER"
      StrCpy $R2 "/ALLUSERS"
      StrCpy $R3 "/CURRENTUSER"
      !insertmacro REFUSE ${CODE_SWITCH} "$(TextBoth)"
    ${ElseIf} $R1 == "/ELEVATED"
      StrCpy $Elevated "1"
    ${ElseIf} $R1 == "/AUTOSTART=0"
    ${OrIf} $R1 == "/AUTOSTART=1"
      StrCpy $Autostart $R1 1 11
    ${ElseIf} $R2 == "/WAIT="
      StrCpy $Seconds $R1 "" 6
      IntOp $R4 $Seconds + 0
      ${If} $R4 != $Seconds
        !insertmacro REFUSE ${CODE_SWITCH} "$(TextSwitch)"
      ${EndIf}
    ${ElseIf} $R1 S!= "/S"
    ${AndIf} $R1 != "/NCRC"
      !insertmacro REFUSE ${CODE_SWITCH} "$(TextSwitch)"
    ${EndIf}
  ${Loop}
FunctionEnd

Function FindFormer
  ReadRegStr $AllDir HKLM "${UNINSTALL_KEY}" "InstallLocation"
  ReadRegStr $AllVersion HKLM "${UNINSTALL_KEY}" "DisplayVersion"
  ReadRegStr $UserDir HKCU "${UNINSTALL_KEY}" "InstallLocation"
  ReadRegStr $UserVersion HKCU "${UNINSTALL_KEY}" "DisplayVersion"
FunctionEnd

; "1" where this person has the program for himself. Its files are his: whoever has more rights runs none of them and
; deletes nothing there, since any program of his could have put something else in their place.
Function OwnCopyThere
  StrCpy $R9 "0"
  ${If} $UserDir != ""
  ${AndIf} ${FileExists} "$UserDir\${CONSOLE}"
    StrCpy $R9 "1"
  ${EndIf}
  Push $R9
FunctionEnd

; Makes $Kind the one that is installed, or ends where that may not be.
Function TakeKind
  StrCpy $INSTDIR $AskedDir ; not what was proposed before somebody went back and chose otherwise
  ${If} $Kind == "all"
    SetShellVarContext all
    Call OwnCopyThere
    Pop $R0
    ${If} $R0 == "1"
    ${AndIf} $AllDir == ""
      StrCpy $R0 $UserDir
      !insertmacro REFUSE ${CODE_OTHER_KIND} "$(TextOwnFirst)"
    ${EndIf}
    StrCpy $R0 $AllDir
    StrCpy $R1 $AllVersion
    StrCpy $R2 "$PROGRAMFILES64\${TITLE}"
  ${Else}
    ${If} $AllDir != ""
      StrCpy $R0 $AllDir
      !insertmacro REFUSE ${CODE_OTHER_KIND} "$(TextOtherKind)"
    ${EndIf}
    SetShellVarContext current
    StrCpy $R0 $UserDir
    StrCpy $R1 $UserVersion
    StrCpy $R2 "$LOCALAPPDATA\Programs\${TITLE}"
  ${EndIf}
  ${If} $R1 != ""
    ${VersionCompare} "$R1" "${VERSION}" $R3
    ${If} $R3 == "1"
      !insertmacro REFUSE ${CODE_NEWER} "$(TextNewer)"
    ${EndIf}
  ${EndIf}
  ${If} $R0 != ""
    ${If} $INSTDIR != ""
    ${AndIf} $INSTDIR != $R0
      !insertmacro REFUSE ${CODE_FOLDER} "$(TextElsewhere)"
    ${EndIf}
    StrCpy $INSTDIR $R0
  ${ElseIf} $INSTDIR == ""
    StrCpy $INSTDIR $R2
  ${EndIf}
FunctionEnd

; "1" where the folder can hold the program: short enough for every path in it, and nobody else's.
Function FolderServes
  StrLen $R1 $INSTDIR
  ${If} $R1 > ${ROOM}
    StrCpy $R2 "$(TextTooLong)"
    Push "0"
    Return
  ${EndIf}
  ; Ours is what is registered, and what an installer that was ended had begun: the command is the first file it writes.
  StrCpy $R0 $UserDir
  ${If} $Kind == "all"
    StrCpy $R0 ""
  ${EndIf}
  ${If} $INSTDIR != $AllDir
  ${AndIf} $INSTDIR != $R0
  ${AndIfNot} ${FileExists} "$INSTDIR\${CONSOLE}"
  ${AndIfNot} ${FileExists} "$INSTDIR\${CONSOLE}.old"
    ; Whatever would be replaced, taken aside or deleted.
    ${If} ${FileExists} "$INSTDIR\${INNER}"
    ${OrIf} ${FileExists} "$INSTDIR\${INNER}.old"
    ${OrIf} ${FileExists} "$INSTDIR\${LICENCES}"
    ${OrIf} ${FileExists} "$INSTDIR\${LICENCES}.old"
    ${OrIf} ${FileExists} "$INSTDIR\${WINDOWED}"
    ${OrIf} ${FileExists} "$INSTDIR\${WINDOWED}.old"
    ${OrIf} ${FileExists} "$INSTDIR\${REMOVER}"
    ${OrIf} ${FileExists} "$INSTDIR\${NOTE}"
      StrCpy $R2 "$(TextForeign)"
      Push "0"
      Return
    ${EndIf}
  ${EndIf}
  Push "1"
FunctionEnd

Function JudgeFolder
  Call FolderServes
  Pop $R0
  ${If} $R0 != "1"
    MessageBox MB_OK|MB_ICONEXCLAMATION "$R2"
    Abort
  ${EndIf}
FunctionEnd

Function JudgeFolderOrEnd
  Call FolderServes
  Pop $R0
  ${If} $R0 != "1"
    !insertmacro REFUSE ${CODE_FOLDER} "$R2"
  ${EndIf}
FunctionEnd

Function SkipKnownFolder
  ${If} $Kind == "all"
  ${AndIf} $AllDir != ""
    Abort
  ${EndIf}
  ${If} $Kind == "user"
  ${AndIf} $UserDir != ""
    Abort
  ${EndIf}
FunctionEnd

; The page: for whom

Function WhoShow
  ${If} $KindAsked != ""
    Abort ; asked for by a switch, or by ourselves before Windows asked for an administrator
  ${EndIf}
  !insertmacro MUI_HEADER_TEXT "$(TextWhoTitle)" "$(TextWhoLine)"
  nsDialogs::Create 1018
  Pop $0
  ${NSD_CreateRadioButton} 0 0 100% 12u "$(TextWhoUser)"
  Pop $WhoUser
  ${NSD_CreateLabel} 14u 13u 95% 20u "$(TextWhoUserLine)"
  Pop $0
  ${NSD_CreateCheckBox} 14u 34u 95% 12u "$(TextAutostart)"
  Pop $WhoAutostart
  ${NSD_CreateRadioButton} 0 56u 100% 12u "$(TextWhoAll)"
  Pop $WhoAll
  StrCpy $R3 "$(TextWhoAllLine)"
  Call OwnCopyThere
  Pop $R0
  ${If} $R0 == "1"
  ${AndIf} $AllDir == ""
    StrCpy $R3 "$(TextWhoAllOwn)"
    EnableWindow $WhoAll 0
  ${EndIf}
  ${NSD_CreateLabel} 14u 69u 95% 20u "$R3"
  Pop $0
  StrCpy $R0 ""
  ${If} $AllDir != ""
    StrCpy $R1 $AllVersion
    StrCpy $R2 $AllDir
    StrCpy $R0 "$(TextFound)"
    EnableWindow $WhoUser 0
    EnableWindow $WhoAutostart 0
  ${ElseIf} $UserDir != ""
    StrCpy $R1 $UserVersion
    StrCpy $R2 $UserDir
    StrCpy $R0 "$(TextFound)"
  ${EndIf}
  ${NSD_CreateLabel} 0 98u 100% 30u "$R0"
  Pop $0
  Call StartsWithSession
  Pop $R0
  ${If} $R0 == "1"
    ${NSD_Check} $WhoAutostart
  ${EndIf}
  ${If} $Kind == "all"
    ${NSD_Check} $WhoAll
  ${Else}
    ${NSD_Check} $WhoUser
  ${EndIf}
  nsDialogs::Show
FunctionEnd

Function WhoLeave
  ${NSD_GetState} $WhoAll $R0
  ${If} $R0 == ${BST_CHECKED}
    StrCpy $Kind "all"
    Call IsAdministrator
    Pop $R0
    ${If} $R0 != "1"
      Call GoOnAsAdministrator
      Abort ; nobody let it
    ${EndIf}
  ${Else}
    StrCpy $Kind "user"
    ${NSD_GetState} $WhoAutostart $R0
    Call StartsWithSession
    Pop $R1
    ${If} $R0 == ${BST_CHECKED}
    ${AndIf} $R1 != "1"
      StrCpy $Autostart "1"
    ${ElseIf} $R0 != ${BST_CHECKED}
    ${AndIf} $R1 == "1"
      StrCpy $Autostart "0"
    ${EndIf}
  ${EndIf}
  Call TakeKind
FunctionEnd

; Windows asks for an administrator; the installer goes on as that one, with what it was told, and this one ends after it.
; Comes back only where Windows, or whoever it asked, refuses.
Function GoOnAsAdministrator
  StrCpy $R0 "/ALLUSERS /ELEVATED /WAIT=$Seconds"
  ${If} $AskedDir != ""
    StrCpy $R0 "$R0 /D=$AskedDir" ; the last one: everything behind it is the folder
  ${EndIf}
  HideWindow
  ClearErrors
  ExecShellWait "runas" "$EXEPATH" "$R0"
  ${If} ${Errors}
    ShowWindow $HWNDPARENT ${SW_SHOW}
    Return
  ${EndIf}
  ; The administrator may be another account: the start with the session is for the one who asked, who is this one.
  ReadRegStr $R1 HKLM "${UNINSTALL_KEY}" "DisplayVersion"
  ${If} $R1 == "${VERSION}"
    ReadRegStr $INSTDIR HKLM "${UNINSTALL_KEY}" "InstallLocation"
    Call SwitchAutostart
    SetErrorLevel ${CODE_DONE}
  ${Else}
    SetErrorLevel ${CODE_CANCELLED}
  ${EndIf}
  Quit
FunctionEnd

; Installing

Section "${TITLE}"
  Call AskToLeave
  Pop $0
  ${If} $0 != ${CODE_DONE}
    !insertmacro REFUSE $0 "$(TextStillRunning)"
  ${EndIf}
  StrCpy $Writing "first"
  ${If} ${FileExists} "$INSTDIR\${CONSOLE}.old"
  ${OrIf} ${FileExists} "$INSTDIR\${WINDOWED}.old"
  ${OrIf} ${FileExists} "$INSTDIR\${INNER}.old"
    StrCpy $Writing "update"
  ${EndIf}
  ClearErrors
  !insertmacro INSTALL_FILES
  SetOutPath "$INSTDIR"
  WriteUninstaller "$INSTDIR\${REMOVER}"
  SetOutPath "$TEMP" ; a working directory inside could be neither renamed nor removed
  ${If} ${Errors}
    Call GiveUp
    !insertmacro REFUSE ${CODE_NOT_WRITTEN} "$(TextNotWritten)"
  ${EndIf}
  StrCpy $Writing ""
  Call ForgetFormer
  Call WriteShortcut
  WriteRegStr SHCTX "${UNINSTALL_KEY}" "DisplayName" "${TITLE}"
  WriteRegStr SHCTX "${UNINSTALL_KEY}" "DisplayVersion" "${VERSION}"
  WriteRegStr SHCTX "${UNINSTALL_KEY}" "DisplayIcon" "$INSTDIR\${WINDOWED},0"
  WriteRegStr SHCTX "${UNINSTALL_KEY}" "Publisher" "${NAME}"
  WriteRegStr SHCTX "${UNINSTALL_KEY}" "InstallLocation" "$INSTDIR"
  WriteRegStr SHCTX "${UNINSTALL_KEY}" "UninstallString" '"$INSTDIR\${REMOVER}"'
  WriteRegStr SHCTX "${UNINSTALL_KEY}" "QuietUninstallString" '"$INSTDIR\${REMOVER}" /S'
  WriteRegDWORD SHCTX "${UNINSTALL_KEY}" "EstimatedSize" ${SIZE_KB}
  WriteRegDWORD SHCTX "${UNINSTALL_KEY}" "NoModify" 1
  WriteRegDWORD SHCTX "${UNINSTALL_KEY}" "NoRepair" 1
  Call SwitchAutostart
  Call StartAgain
  Call OwnCopyThere
  Pop $0
  ${If} $Kind == "all"
  ${AndIf} $0 == "1"
    StrCpy $R1 $UserDir
    !insertmacro TELL "$(TextOwnLeft)"
  ${EndIf}
  SetErrorLevel ${CODE_DONE}
SectionEnd

; A file that cannot be written ends the section here.
Function .onInstFailed
  ${If} $Writing != ""
    Call GiveUp
    !insertmacro TELL "$(TextNotWritten)"
    SetErrorLevel ${CODE_NOT_WRITTEN}
  ${EndIf}
FunctionEnd

; Nothing is left of what was begun: the former program is in its place again, or there is none, as before.
Function GiveUp
  SetOutPath "$TEMP" ; a working directory inside could be neither renamed nor removed
  ${If} $Writing == "update"
    Call PutBack
  ${ElseIf} $Writing == "first"
    !insertmacro REMOVE_FILES
    Delete "$INSTDIR\${REMOVER}"
    Delete "$INSTDIR\${NOTE}"
    RMDir "$INSTDIR"
    ClearErrors
  ${EndIf}
  StrCpy $Writing ""
FunctionEnd

; The new program is there: the former one goes for good.
Function ForgetFormer
  Delete "$INSTDIR\${WINDOWED}.old"
  Delete "$INSTDIR\${CONSOLE}.old"
  RMDir /r "$INSTDIR\${INNER}.old"
  RMDir /r "$INSTDIR\${LICENCES}.old"
  Delete "$INSTDIR\${NOTE}"
  ClearErrors
FunctionEnd

; A Start menu entry with the id under which the program's windows are grouped; without the id where that fails.
Function WriteShortcut
  StrCpy $R0 "$SMPROGRAMS\${TITLE}.lnk"
  CreateShortcut "$R0" "$INSTDIR\${WINDOWED}" "" "$INSTDIR\${WINDOWED}" 0 SW_SHOWNORMAL "" "$(TextShortcut)"
  !insertmacro ComHlpr_CreateInProcInstance ${CLSID_ShellLink} ${IID_IShellLink} r0 ""
  ${If} $0 P<> 0
    ${IUnknown::QueryInterface} $0 '("${IID_IPersistFile}",.r1)'
    ${If} $1 P<> 0
      ${IPersistFile::Load} $1 '("$R0",${STGM_READWRITE})'
      ${IUnknown::QueryInterface} $0 '("${IID_IPropertyStore}",.r2)'
      ${If} $2 P<> 0
        System::Call '*${SYSSTRUCT_PROPERTYKEY}(${PKEY_AppUserModel_ID})p.r3'
        System::Call '*(&w32 "${MODEL_ID}")p.r5'
        System::Call '*(&i2 ${VT_LPWSTR},&i6 0,p r5,p 0)p.r4' ; a PROPVARIANT
        ${IPropertyStore::SetValue} $2 '($3,$4)'
        ${IPropertyStore::Commit} $2 ""
        System::Free $3
        System::Free $4
        System::Free $5
        ${IUnknown::Release} $2 ""
      ${EndIf}
      ${IPersistFile::Save} $1 '("$R0",1)'
      ${IUnknown::Release} $1 ""
    ${EndIf}
    ${IUnknown::Release} $0 ""
  ${EndIf}
  ClearErrors
FunctionEnd

Function SwitchAutostart
  Call StartsWithSession
  Pop $R0
  ${If} $Autostart == "0"
  ${AndIf} $R0 == "1"
    Call ForgetAutostart
  ${ElseIf} $Autostart == "1"
    ReadRegStr $R1 HKCU "${RUN_KEY}" "${NAME}"
    ${If} $R1 == ""
    ${OrIf} $R0 == "1"
      !insertmacro AUTOSTART_LINE $R2
      WriteRegStr HKCU "${OWN_KEY}" "AutostartHome" ""
      WriteRegStr HKCU "${OWN_KEY}" "Autostart" "$R2"
      WriteRegStr HKCU "${RUN_KEY}" "${NAME}" "$R2"
      DeleteRegValue HKCU "${APPROVED_KEY}" "${NAME}"
      ClearErrors
    ${EndIf}
  ${EndIf}
FunctionEnd

; What was asked to leave comes back into the tray. As an administrator it would be another one's program; and a file of
; this person's own is never run with more rights than his other programs have.
Function StartAgain
  ${If} $WasRunning == "1"
  ${AndIf} ${Silent}
  ${AndIf} $Kind == "user"
    Call IsRaised
    Pop $0
    ${If} $0 == "1"
      !insertmacro TELL "$(TextNotStarted)"
      Return
    ${EndIf}
    Exec '"$INSTDIR\${WINDOWED}" --background'
  ${EndIf}
FunctionEnd

; "1" where Windows gave this process more rights than the other programs of the same account have.
Function IsRaised
  StrCpy $R3 0
  System::Call 'kernel32::GetCurrentProcess() p.R0'
  System::Call 'advapi32::OpenProcessToken(p R0, i 8, *p .R1) i .R2' ; TOKEN_QUERY
  System::Call 'advapi32::GetTokenInformation(p R1, i 18, *i .R3, i 4, *i .R4) i .R2' ; TokenElevationType
  System::Call 'kernel32::CloseHandle(p R1)'
  ${If} $R2 != 0
  ${AndIf} $R3 != 2 ; TokenElevationTypeFull
    Push "0"
  ${Else}
    Push "1"
  ${EndIf}
FunctionEnd

; By the shell, which runs as the person in front of the screen and not as the administrator.
Function StartProgram
  Exec '"$WINDIR\explorer.exe" "$SMPROGRAMS\${TITLE}.lnk"'
FunctionEnd

; Removing

Function un.onInit
  SetRegView 64
  StrCpy $Seconds 120
  Call un.ReadSwitches
  StrCpy $0 $INSTDIR "" -1
  ${If} $0 == "\"
    StrCpy $INSTDIR $INSTDIR -1
  ${EndIf}
  ReadRegStr $0 HKLM "${UNINSTALL_KEY}" "InstallLocation"
  ${If} $0 == $INSTDIR
    StrCpy $Kind "all"
    StrCpy $Registered "1"
    SetShellVarContext all
    Call un.IsAdministrator
    Pop $0
    ${If} $0 != "1"
      ${If} ${Silent}
        !insertmacro REFUSE ${CODE_RIGHTS} "$(TextRights)"
      ${EndIf}
      StrCpy $0 "/WAIT=$Seconds"
      ${If} $Choice == "delete"
        StrCpy $0 "$0 /DELETEDATA"
      ${EndIf}
      ClearErrors
      ExecShell "runas" "$INSTDIR\${REMOVER}" "$0"
      SetErrorLevel ${CODE_DONE}
      ${If} ${Errors}
        SetErrorLevel ${CODE_RIGHTS}
      ${EndIf}
      Quit
    ${EndIf}
  ${Else}
    ; This person's own, or a copy of the folder that somebody made and no installer knows of.
    StrCpy $Kind "user"
    SetShellVarContext current
    ReadRegStr $0 HKCU "${UNINSTALL_KEY}" "InstallLocation"
    ${If} $0 == $INSTDIR
      StrCpy $Registered "1"
    ${EndIf}
  ${EndIf}
FunctionEnd

Function un.ReadSwitches
  ${GetParameters} $R0
  ${Do}
    !insertmacro NEXT_WORD $R0 $R1
    ${If} $R1 == ""
      ${ExitDo}
    ${EndIf}
    StrCpy $R2 $R1 6
    StrCpy $R3 $R1 3
    ${If} $R3 == "_?="
      ${ExitDo} ; the rest is the folder, which may hold blanks
    ${ElseIf} $R1 == "/DELETEDATA"
    ${AndIf} $Choice != "keep"
      StrCpy $Choice "delete"
    ${ElseIf} $R1 == "/KEEP"
    ${AndIf} $Choice != "delete"
      StrCpy $Choice "keep"
    ${ElseIf} $R1 == "/DELETEDATA"
    ${OrIf} $R1 == "/KEEP"
      StrCpy $R2 "/KEEP"
      StrCpy $R3 "/DELETEDATA"
      !insertmacro REFUSE ${CODE_SWITCH} "$(TextBoth)"
    ${ElseIf} $R2 == "/WAIT="
      StrCpy $Seconds $R1 "" 6
      IntOp $R4 $Seconds + 0
      ${If} $R4 != $Seconds
        !insertmacro REFUSE ${CODE_SWITCH} "$(TextSwitch)"
      ${EndIf}
    ${ElseIf} $R1 S!= "/S"
    ${AndIf} $R1 != "/NCRC"
      !insertmacro REFUSE ${CODE_SWITCH} "$(TextSwitch)"
    ${EndIf}
  ${Loop}
FunctionEnd

Function un.DataShow
  !insertmacro MUI_HEADER_TEXT "$(TextRemoveTitle)" "$(TextRemoveLine)"
  UserInfo::GetName
  Pop $R0
  nsDialogs::Create 1018
  Pop $0
  ${NSD_CreateCheckBox} 0 0 100% 12u "$(TextDelete)"
  Pop $WhoData
  ${If} $Choice == "delete"
    ${NSD_Check} $WhoData
  ${EndIf}
  ${NSD_CreateLabel} 14u 14u 95% 44u "$(TextDeleteLine)"
  Pop $0
  Call un.NameOthers
  Pop $R1
  ${If} $R1 != ""
    ${NSD_CreateLabel} 0 64u 100% 50u "$(TextOthers)"
    Pop $0
  ${EndIf}
  nsDialogs::Show
FunctionEnd

Function un.DataLeave
  ${NSD_GetState} $WhoData $R0
  ${If} $R0 == ${BST_CHECKED}
    StrCpy $Choice "delete"
  ${Else}
    StrCpy $Choice "keep"
  ${EndIf}
FunctionEnd

Section "Uninstall"
  Call un.AskToLeave
  Pop $0
  ${If} $0 != ${CODE_DONE}
    !insertmacro REFUSE $0 "$(TextStillRunning)"
  ${EndIf}
  Call un.PutBack
  Call un.TakeLeaveOfPerson
  !insertmacro REMOVE_FILES
  Delete /REBOOTOK "$INSTDIR\${REMOVER}"
  RMDir "$INSTDIR"
  ${If} $Registered == "1" ; what Windows lists, and the Start menu's entry, are another copy's otherwise
    Delete "$SMPROGRAMS\${TITLE}.lnk"
    DeleteRegKey SHCTX "${UNINSTALL_KEY}"
    Call un.NameOthers
    Pop $R1
    ${If} $R1 != ""
      !insertmacro TELL "$(TextOthers)"
    ${EndIf}
  ${EndIf}
  Call un.FilesThere
  Pop $0
  ${If} $0 == "1"
    Sleep 2000 ; what somebody else had open, a virus scanner say, is gone when he closes it
    Call un.FilesThere
    Pop $0
  ${EndIf}
  ${If} $0 == "1"
    StrCpy $Left "1"
    !insertmacro TELL "$(TextFilesLeft)"
  ${EndIf}
  SetErrorLevel ${CODE_DONE}
  ${If} $Left == "1"
    SetErrorLevel ${CODE_LEFT}
  ${EndIf}
SectionEnd

Function un.FilesThere
  !insertmacro FIND_FILES there
  Push "0"
  Return
  there:
  Push "1"
FunctionEnd

; The program itself takes back what it put into this account: it alone knows where that is. What starts another copy of
; it stays.
Function un.TakeLeaveOfPerson
  StrCpy $R0 ""
  ${If} $Choice == "delete"
    StrCpy $R0 " --delete-data"
  ${EndIf}
  ; A home that the account's environment names is its owner's business, as one that --home names: the page and
  ; docs/installing.md speak of the platform's own places.
  System::Call 'kernel32::SetEnvironmentVariable(t "B24LEARN_HOME", p 0)'
  nsExec::ExecToStack '"$INSTDIR\${CONSOLE}" uninstall$R0'
  Pop $R1
  Pop $R2
  ; It speaks UTF-8, and was read as if in the system's own code page, which loses nothing: back, and read anew.
  System::Alloc ${NSIS_MAX_STRLEN}
  Pop $R3
  System::Call 'kernel32::WideCharToMultiByte(i 0, i 0, w R2, i -1, p R3, i ${NSIS_MAX_STRLEN}, p 0, p 0) i .R4'
  ${If} $R4 != 0
    System::Call 'kernel32::MultiByteToWideChar(i 65001, i 0, p R3, i -1, w .R2, i ${NSIS_MAX_STRLEN})'
  ${EndIf}
  System::Free $R3
  DetailPrint "$R2"
  ${If} $R1 != "0"
  ${AndIf} $Choice == "delete"
    !insertmacro REFUSE ${CODE_DATA} "$(TextDataLeft)"
  ${EndIf}
  !insertmacro AUTOSTART_LINE $R3
  Call un.StartsWithSession
  Pop $R0
  ReadRegStr $R4 HKCU "${RUN_KEY}" "${NAME}"
  ${If} $R0 == "1"
  ${AndIf} $R4 == $R3
    Call un.ForgetAutostart ; the program could not: it is damaged
  ${EndIf}
  ${If} $R1 != "0"
    StrCpy $Left "1"
    !insertmacro TELL "$(TextAccountLeft)"
  ${EndIf}
FunctionEnd

; The other accounts of this machine that have settings of the program: they stay, and are named.
Function un.NameOthers
  StrCpy $R1 ""
  ${If} $Kind == "all"
    ReadEnvStr $R2 "USERPROFILE"
    ${GetParent} "$R2" $R3
    FindFirst $R4 $R5 "$R3\*.*"
    ${DoUntil} $R5 == ""
      ${If} $R5 != "."
      ${AndIf} $R5 != ".."
      ${AndIf} "$R3\$R5" != $R2
      ${AndIf} ${FileExists} "$R3\$R5\AppData\Local\${NAME}\*.*"
        ${If} $R1 != ""
          StrCpy $R1 "$R1, "
        ${EndIf}
        StrCpy $R1 "$R1$R5"
      ${EndIf}
      ClearErrors
      FindNext $R4 $R5
      ${If} ${Errors}
        StrCpy $R5 ""
      ${EndIf}
    ${Loop}
    FindClose $R4
  ${EndIf}
  ClearErrors
  Push $R1
FunctionEnd
